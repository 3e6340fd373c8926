"""The one corpus: what is known about each contribution, which count, and the file of them all."""

from __future__ import annotations

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select, update

from engagement.contributions.errors import NothingSaid, TooLong, UnknownContribution
from engagement.contributions.models import Contribution
from engagement.contributions.queries import (
    Sought,
    all_contributions,
    count_corpus,
    find_contribution,
    in_corpus,
    list_contributions,
)
from engagement.contributions.rules import (
    HARM,
    LONGEST,
    OF_RESIDENTS,
    Behalf,
    Channel,
    ConsentHow,
    Speaker,
    State,
)
from engagement.contributions.service import Said, speak, withdraw_contribution
from engagement.contributions.taking_down import Written, take_down
from engagement.contributions.translating import translate
from engagement.database.transactions import transaction
from engagement.documents.sheets import read_csv
from engagement.exports.rules import COLUMNS, CONTRIBUTION_SCHEMA
from engagement.exports.service import export_corpus
from engagement.extensions import db
from engagement.insight.service import find_themes_of
from engagement.programmes.rules import ActivityKind
from tests.factories import Programme, World
from tests.factories.chain import open_conversation, publish, take_comments

PLAIN = Said("The bus goes once a day", "Riverbank", may_quote=True)
FULL = Said(
    "آخر حافلة في الخامسة",
    "by the old mill",
    may_quote=False,
    place_code="E01000001",
    prompt="How do you get to the surgery?",
    language="ar",
    channel=Channel.PHONE,
    consent_how=ConsentHow.SPOKEN,
    speaker=Speaker.ORGANISATION,
    behalf=Behalf("Riverbank Carers", 40, "at two coffee mornings"),
    said_on=date(2026, 3, 1),
    received_on=date(2026, 3, 4),
    source="Minutes of March",
)


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme of north."""
    return world.north.programme()


@pytest.fixture
def activity(world: World, programme: Programme) -> str:
    """An open conversation of north."""
    with world.north.inside():
        publish(programme)
        return open_conversation(programme)


def _say(activity: str, said: Said = PLAIN, browser: str = "b") -> str:
    return speak(activity, said, browser)


def _set(public_id: str, **values: object) -> None:
    with transaction():
        db.session.execute(
            update(Contribution).where(Contribution.public_id == public_id).values(**values)
        )


def test_everything_that_was_told_stands_in_the_file_which_validates(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        plain, full = _say(activity), _say(activity, FULL, "c")
        translate(programme.id, full, "ar", "The last bus is at five")
        file = export_corpus(programme.id, programme.public_id, as_json=True)
        table = read_csv(export_corpus(programme.id, programme.public_id, as_json=False).content)
    rows = {row["id"]: row for row in json.loads(file.content)}
    Draft202012Validator(CONTRIBUTION_SCHEMA).validate([*rows.values()])
    assert rows[plain]["counts_as_resident"] is True
    assert rows[full] == rows[plain] | {
        "id": full,
        "text": FULL.text,
        "language": "ar",
        "translation": "The last bus is at five",
        "said_on": "2026-03-01",
        "received_on": "2026-03-04",
        "place": "by the old mill",
        "place_code": "E01000001",
        "channel": "phone",
        "prompt": "How do you get to the surgery?",
        "may_quote": False,
        "consent": "spoken",
        "speaker": "organisation",
        "counts_as_resident": False,
        "speaks_for": "Riverbank Carers",
        "asked_people": 40,
        "asked_how": "at two coffee mornings",
        "participant": rows[full]["participant"],
        "source": "Minutes of March",
    }
    assert rows[full]["activity"] == activity
    assert rows[full]["programme"] == programme.public_id
    assert tuple(table[0]) == COLUMNS
    assert len(table) == 3


@pytest.mark.parametrize(
    "broken",
    [{"state": "hidden"}, {"asked_people": -1}, {"text": ""}, {"speaker": "expert"}, {"more": 1}],
)
def test_the_schema_refuses_what_it_does_not_describe(
    world: World, programme: Programme, activity: str, broken: dict[str, object]
) -> None:
    with world.north.inside():
        _say(activity)
        file = export_corpus(programme.id, programme.public_id, as_json=True)
    rows = json.loads(file.content)
    assert Draft202012Validator(CONTRIBUTION_SCHEMA).is_valid(rows)
    assert not Draft202012Validator(CONTRIBUTION_SCHEMA).is_valid([rows[0] | broken])


@pytest.mark.parametrize("speaker", list(Speaker))
def test_only_residents_and_carers_are_counted_and_make_themes(
    world: World, programme: Programme, activity: str, speaker: Speaker
) -> None:
    with world.north.inside():
        take_comments(programme, *((f"Number {n} was late", f"p{n}", "yes") for n in range(60)))
        before = count_corpus(programme.id)
        analysed = find_themes_of(programme.public_id, lambda: None).contributions
        _say(activity, Said("Number 61 was late", "", may_quote=True, speaker=speaker))
        after = count_corpus(programme.id)
        counted = speaker in OF_RESIDENTS
        assert after.contributions - before.contributions == counted
        assert after.participants - before.participants == counted
        assert after.quotable - before.quotable == counted
        assert after.of_others - before.of_others == (not counted)
        found = find_themes_of(programme.public_id, lambda: None).contributions
        assert found - analysed == counted


def test_what_is_held_counts_nowhere_and_stands_in_the_file_with_its_mark(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        held, back, redacted = (_say(activity, browser=name) for name in "abc")
        _set(held, state=State.HELD, state_reason="It names a nurse.")
        _set(redacted, state=State.REDACTED, state_reason="It named a nurse.")
        withdraw_contribution(back)
        count = count_corpus(programme.id)
        assert (count.contributions, count.held, count.withdrawn) == (1, 1, 1)
        counted = select(Contribution.public_id).where(*in_corpus(programme.id))
        assert db.session.scalars(counted).all() == [redacted]
        rows = {row.public_id: row for row in all_contributions(programme.id)}
        assert rows.keys() == {held, redacted}
        assert (rows[held].state, rows[held].state_reason) == (State.HELD, "It names a nurse.")
        only = list_contributions(programme.id, 1, 10, Sought(state=State.HELD))[0]
        assert [row.public_id for row in only] == [held]


def test_words_that_may_tell_of_harm_are_in_no_list_or_file_until_somebody_decided(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        said = _say(activity, Said("I see no way on", "Riverbank", may_quote=True))
        _set(said, state=State.HELD, concerns=[HARM], translation="The same")
        (row,) = all_contributions(programme.id)
        assert (row.text, row.translation, row.state) == (None, None, State.HELD)
        assert list_contributions(programme.id, 1, 10, Sought("way"))[1] == 0
        file = export_corpus(programme.id, programme.public_id, as_json=True)
        assert b"no way on" not in file.content
        Draft202012Validator(CONTRIBUTION_SCHEMA).validate(json.loads(file.content))
        _set(said, state=State.PUBLISHED)
        assert list_contributions(programme.id, 1, 10, Sought("way"))[1] == 1


def test_it_is_found_by_words_channel_and_role(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        plain, full = _say(activity), _say(activity, FULL, "c")

        def found(sought: Sought) -> list[str]:
            return [row.public_id for row in list_contributions(programme.id, 1, 10, sought)[0]]

        assert found(Sought("bus")) == [plain]
        assert found(Sought(channel=Channel.PHONE)) == [full]
        assert found(Sought(speaker=Speaker.ORGANISATION)) == [full]
        assert found(Sought("bus", Channel.PHONE)) == []
        assert found(Sought(method=ActivityKind.DIARY)) == []
        assert {*found(Sought(method=ActivityKind.OPEN_CONVERSATION))} == {plain, full}
        assert {*found(Sought())} == {plain, full}


def test_how_many_said_it_and_whether_it_was_interpreted_is_in_the_file(
    world: World, programme: Programme, activity: str
) -> None:
    said = Said("We all wait", "the market", may_quote=True, key="k" * 32)
    written = Written(Channel.FACE_TO_FACE, agreed=True, by="", people=3, interpreted=True)
    with world.north.inside():
        plain, together = _say(activity), take_down(activity, said, written)[0]
        file = export_corpus(programme.id, programme.public_id, as_json=True)
    told = {row["id"]: (row["people"], row["interpreted"]) for row in json.loads(file.content)}
    assert told == {plain: (1, False), together: (3, True)}


def test_one_that_is_sent_twice_is_one(world: World, programme: Programme, activity: str) -> None:
    keyed = Said("The bus goes once a day", "Riverbank", may_quote=True, key="k" * 32)
    with world.north.inside():
        assert _say(activity, keyed) == _say(activity, keyed)
        assert count_corpus(programme.id).contributions == 1
        _say(activity)
        assert count_corpus(programme.id).contributions == 2


def test_nothing_and_too_much_are_refused(world: World, activity: str) -> None:
    with world.north.inside():
        for words in ("", " \n\t ", "\x00\x07"):
            with pytest.raises(NothingSaid):
                _say(activity, Said(words, "", may_quote=True))
        with pytest.raises(TooLong):
            _say(activity, Said("w" * (LONGEST + 1), "", may_quote=True))
        assert _say(activity, Said("w" * LONGEST, "", may_quote=True))


def test_a_translation_stands_beside_the_words_and_can_be_changed(
    world: World, programme: Programme, activity: str
) -> None:
    with world.north.inside():
        said = _say(activity, FULL)
        for words in ("The last bus is at five", "The last bus goes at five"):
            translate(programme.id, said, "ar", f" {words} ")
            row = find_contribution(programme.id, said)
            assert row is not None
            assert (row.text, row.translation, row.language) == (FULL.text, words, "ar")
        translate(programme.id, said, "", "")
        row = find_contribution(programme.id, said)
        assert row is not None
        assert (row.translation, row.language) == (None, "")
        withdraw_contribution(said)
        with pytest.raises(UnknownContribution):
            translate(programme.id, said, "ar", "Too late")
    with world.south.inside(), pytest.raises(UnknownContribution):
        translate(programme.id, said, "ar", "Not theirs")
