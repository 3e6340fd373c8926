"""Moderation: what is noticed, held, decided, taken out, told, and disagreed with."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import func, select, text

from engagement.accounts.rules import Role
from engagement.audit.models import AuditEntry
from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.contributions import moderation
from engagement.contributions.appeals import answer_appeal, appeal
from engagement.contributions.errors import (
    CannotAppeal,
    ChangedMeanwhile,
    DecidedByYourself,
    NothingChosen,
    PassageNotThere,
    ReasonNeeded,
    UnknownAppeal,
    UnknownContribution,
)
from engagement.contributions.models import Contribution, ModerationDecision
from engagement.contributions.moderation import decide, mark_told, proposals, redact, version_of
from engagement.contributions.noticing import WAITS_FOR_LEAD, needs_help
from engagement.contributions.outcomes import Author, outcomes
from engagement.contributions.queries import all_contributions, count_corpus
from engagement.contributions.rules import HARM, Channel, Decided, State, Telling
from engagement.contributions.safeguarding import (
    Then,
    find_harm_row,
    list_harm,
    note_safeguarding,
)
from engagement.contributions.service import Said, open_activity, take_back, take_in
from engagement.contributions.translating import translate
from engagement.contributions.waiting import (
    FIRST_REASONS,
    count_waiting,
    find_moderated,
    list_to_tell,
    saved_reasons,
    waiting_alike,
    waiting_appeals,
)
from engagement.database.transactions import transaction
from engagement.exports.rules import CONTRIBUTION_SCHEMA
from engagement.exports.service import export_corpus
from engagement.extensions import db
from engagement.files.service import files_of, keep_file
from engagement.insight.evidence import quotes_of
from engagement.insight.models import Point, Theme
from engagement.messages.models import Message
from engagement.people.rules import ContactBy
from engagement.people.service import add_resident, resident_key
from engagement.programmes.rules import ActivityKind, ParticipantKind
from engagement.programmes.service import add_participant
from tests.factories import Programme, Resident, Staff, World
from tests.factories.chain import keep_two_themes, open_conversation, publish, take_comments
from tests.factories.moderation import HARM_SAID, NAMES_SAID, REASON, appealed, held, say

BUS = "The bus goes once a day and no later than five"


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme of north."""
    return world.north.programme()


def one(public_id: str) -> Contribution:
    db.session.expire_all()
    return db.session.scalars(select(Contribution).where(Contribution.public_id == public_id)).one()


def by(staff: Staff) -> Actor:
    return Actor(ActorKind.STAFF, staff.public_id)


def with_email(world: World) -> Resident:
    with world.north.inside():
        key = add_resident("Ada Brown", email="ada@example.net", contact_by=ContactBy.EMAIL)
        return Resident(resident_key(key), key)


def messages(template: str) -> list[Message]:
    return [*db.session.scalars(select(Message).where(Message.template == template))]


def take_names_out(programme: Programme, said: str, *further: str) -> None:
    row = one(said)
    chosen = [found.key for found in proposals(row.text or "", row.translation)]
    version = version_of(row.text or "", row.translation)
    redact(None, programme.public_id, said, version, chosen, further, REASON)


# What is noticed.


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize(
    ("words", "concerns"),
    [(BUS, []), (NAMES_SAID, ["name", "address"]), (HARM_SAID, [HARM])],
)
def test_what_is_noticed_is_held_and_the_rest_as_the_programme_sets(
    world: World, programme: Programme, first: bool, words: str, concerns: list[str]
) -> None:
    with world.north.inside():
        moderation.set_moderation(None, programme.public_id, first=first)
        said = one(say(programme, words))
        assert said.concerns == concerns
        assert said.state is (State.HELD if first or concerns else State.PUBLISHED)
        assert bool(said.state_reason) is (said.state is State.HELD)
        assert needs_help(said.public_id) is (HARM in concerns)
        assert count_corpus(programme.id).contributions == (said.state is State.PUBLISHED)


def test_the_leads_are_told_without_a_word_of_it_and_moderators_see_none(
    world: World, programme: Programme
) -> None:
    lead = world.north.staff(Role.SAFEGUARDING_LEAD)
    own = world.north.staff(Role.SAFEGUARDING_LEAD, programme=programme)
    world.north.staff(Role.SAFEGUARDING_LEAD, programme=world.north.programme("Other"))
    world.north.staff(Role.FACILITATOR)
    with world.north.inside():
        said = say(programme, HARM_SAID)
        sent = messages("harm_waits")
        assert sorted(one.recipient for one in sent) == sorted([lead.email, own.email])
        for message in sent:
            for part in (message.subject, message.text, message.html):
                assert "life" not in part
                assert "rang" not in part
                assert said not in part
        assert waiting_alike(programme.id) == []
        assert find_moderated(programme.id, said) is None
        assert decide(None, programme.public_id, [said], Decided.PUBLISH) == 0
        assert one(said).state is State.HELD
        assert count_waiting(programme.id).harm == 1
        assert [row.text for row in all_contributions(programme.id)] == [None]


def test_a_file_is_noticed_row_by_row_and_the_leads_are_told_once(
    world: World, programme: Programme
) -> None:
    world.north.staff(Role.SAFEGUARDING_LEAD)
    with world.north.inside():
        rows = [(BUS, "a", "yes"), (HARM_SAID, "b", "yes"), (HARM_SAID, "c", "yes")]
        take_comments(programme, *rows, (NAMES_SAID, "d", "yes"))
        states = [row.state for row in all_contributions(programme.id)]
        assert sorted(states) == [State.HELD] * 3 + [State.PUBLISHED]
        assert len(messages("harm_waits")) == 1


# Safeguarding.


def test_a_lead_notes_what_they_did_keeps_the_words_or_hands_them_on(
    world: World, programme: Programme
) -> None:
    lead = world.north.staff(Role.SAFEGUARDING_LEAD)
    with world.north.inside(), acting_as(by(lead)):
        first, second = say(programme, HARM_SAID), say(programme, f"{HARM_SAID} again")
        note_safeguarding(None, first, "Rang 999", Then.OPEN)
        row = find_harm_row(None, first)
        assert row is not None
        assert [(note.note, note.by) for note in row.notes] == [("Rang 999", f"Sam {lead.email}")]
        assert not row.closed
        note_safeguarding(None, first, "They are safe", Then.KEEP)
        assert (one(first).state, one(first).state_reason) == (State.HELD, WAITS_FOR_LEAD)
        note_safeguarding(None, second, "A song", Then.HAND_ON)
        assert find_harm_row(None, second) is None
        assert [group.first.public_id for group in waiting_alike(programme.id)] == [second]
        lines, total = list_harm(None, 1, 10)
        assert [(line.public_id, line.closed, line.notes) for line in lines] == [(first, True, 2)]
        assert total == 1
        assert messages("moderated") == []
        entries = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "contribution.safeguarded")
        ).all()
        assert "999" not in json.dumps([entry.facts for entry in entries])


def test_a_lead_of_one_programme_sees_no_other(world: World, programme: Programme) -> None:
    other = world.north.programme("Other")
    with world.north.inside():
        said = say(programme, HARM_SAID)
        assert list_harm(frozenset({other.id}), 1, 10) == ([], 0)
        assert find_harm_row(frozenset({other.id}), said) is None
        with pytest.raises(UnknownContribution):
            note_safeguarding(frozenset({other.id}), said, "I look", Then.KEEP)
        assert find_harm_row(frozenset({programme.id}), said) is not None
    with world.south.inside():
        assert find_harm_row(None, said) is None


# Deciding.


def test_each_decision_is_a_row_and_a_record_without_words(
    world: World, programme: Programme
) -> None:
    moderator = world.north.staff(Role.FACILITATOR)
    with world.north.inside(), acting_as(by(moderator)):
        said = say(programme, NAMES_SAID)
        for decision, state, reason in (
            (Decided.PUBLISH, State.PUBLISHED, ""),
            (Decided.HOLD, State.HELD, REASON),
            (Decided.PUBLISH, State.PUBLISHED, ""),
            (Decided.WITHDRAW, State.WITHDRAWN, REASON),
        ):
            assert decide(None, programme.public_id, [said], decision, reason) == 1
            assert (one(said).state, one(said).state_reason) == (state, reason)
        assert decide(None, programme.public_id, [said], Decided.PUBLISH) == 0  # for good
        row = find_moderated(programme.id, said)
        assert row is not None
        assert [(d.kind, d.by) for d in row.decisions][-1] == (
            Decided.WITHDRAW,
            f"Sam {moderator.email}",
        )
        entries = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "contribution.moderated")
        ).all()
        assert [entry.facts for entry in entries] == [
            {"as": kind} for kind in ("publish", "hold", "publish", "withdraw")
        ]


def test_a_reason_is_needed_and_a_second_decision_alike_is_none(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        said = [say(programme, f"{BUS} {n}", browser=str(n)) for n in range(3)]
        for decision in (Decided.HOLD, Decided.WITHDRAW):
            with pytest.raises(ReasonNeeded):
                decide(None, programme.public_id, said, decision, "  ")
        assert decide(None, programme.public_id, [*said, "none"], Decided.HOLD, REASON) == 3
        assert decide(None, programme.public_id, said, Decided.HOLD, REASON) == 0
        assert db.session.scalar(select(func.count(ModerationDecision.id))) == 3


def test_another_programme_or_partnership_decides_nothing_here(
    world: World, programme: Programme
) -> None:
    other, south = world.north.programme("Other"), world.south.programme()
    with world.north.inside():
        said = say(programme, NAMES_SAID)
        assert decide(None, other.public_id, [said], Decided.PUBLISH) == 0
    with world.south.inside():
        assert decide(None, south.public_id, [said], Decided.PUBLISH) == 0
    with world.north.inside():
        assert one(said).state is State.HELD


def test_what_says_nearly_the_same_stands_together_the_largest_first(
    world: World, programme: Programme
) -> None:
    letter = "We ask you to keep the walk-in clinic at the mill open {} at the weekend, signed {}"
    with world.north.inside():
        moderation.set_moderation(None, programme.public_id, first=True)
        alone = say(programme, BUS)
        letters = [
            say(programme, letter.format(*words), browser=words[1])
            for words in (("also", "A"), ("too", "B"), ("ALSO", "C!"))
        ]
        spam = [say(programme, f"Buy{gap}pills", browser=gap) for gap in (" ", ", ")]
        groups = waiting_alike(programme.id)
        assert [[row.public_id for row in group.rows] for group in groups] == [
            letters,
            spam,
            [alone],
        ]


def test_saved_reasons_are_ours_until_a_partnership_sets_its_own(world: World) -> None:
    with world.north.inside():
        assert saved_reasons() == [*FIRST_REASONS]
        moderation.set_saved_reasons(["One", "Two"])
        moderation.set_saved_reasons(["Two"])
        assert saved_reasons() == ["Two"]
    with world.south.inside():
        assert saved_reasons() == [*FIRST_REASONS]


def test_files_that_may_quote_what_was_taken_back_from_others_go(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        for words, gone in ((NAMES_SAID, False), (BUS, True)):
            keep_file(programme.public_id, "s.csv", "text/csv", [b"x"], timedelta(days=1))
            held(programme, say(programme, words))
            assert (files_of(programme.public_id) == []) is gone


def test_nothing_that_was_taken_out_is_missing_from_the_file_without_a_mark(
    world: World, programme: Programme
) -> None:
    ada = world.north.resident()
    with world.north.inside():
        out, back = say(programme, BUS, resident=ada), say(programme, "No bus", resident=ada)
        decide(None, programme.public_id, [out], Decided.WITHDRAW, REASON)
        take_back(ada.id, back)
        file = export_corpus(programme.id, programme.public_id, as_json=True)
        rows = json.loads(file.content)
        Draft202012Validator(CONTRIBUTION_SCHEMA).validate(rows)
        assert [(row["id"], row["text"], row["state"], row["state_reason"]) for row in rows] == [
            (out, None, "withdrawn", REASON)
        ]
        assert count_corpus(programme.id).withdrawn == 2
        # Its author can still take the words themselves away.
        take_back(ada.id, out)
        assert all_contributions(programme.id) == []


# Taking passages out.


def test_passages_are_overwritten_in_the_words_and_the_translation(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        said = say(programme, f"{NAMES_SAID}, ring 07700 900123, says the baker of the green door")
        translate(programme.id, said, "en", "My neighbour John Smith shouts")
        take_names_out(programme, said, "baker of  the GREEN door")
        row = one(said)
        assert row.text == (
            "My neighbour [name taken out] of [address taken out] shouts all night, ring"
            " [telephone number taken out], says the [passage taken out]"
        )
        assert row.translation == "My neighbour [name taken out] shouts"
        assert row.state is State.REDACTED
        assert count_corpus(programme.id).contributions == 1
        for table in ("contribution", "moderation_decision", "audit_entry", "audit_seal"):
            kept = str(db.session.execute(text(f"SELECT * FROM {table}")).all())
            assert "John" not in kept
            assert "900123" not in kept
            assert "green door" not in kept


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "👩🏽‍⚕️ Zoe\u0308 and «Jo\u200bhn Smi\u00adth» 🎉",
            "👩🏽‍⚕️ [name taken out] and «[name taken out]» 🎉",
        ),
        ("\u202eJohn Smith\u202c نعم", "\u202e[name taken out] نعم"),
        ("<b>John</b> {{7*7}} '; --", "<b>[name taken out]</b> {{7*7}} '; --"),
        (
            "e\u0301e\u0301 ring ０７７００ ９００１２３ a",
            "e\u0301e\u0301 ring [telephone number taken out] a",
        ),
    ],
)
def test_awkward_texts_are_cut_where_they_should_be(
    world: World, programme: Programme, before: str, after: str
) -> None:
    with world.north.inside():
        said = say(programme, before)
        take_names_out(programme, said)
        assert one(said).text == after


def test_redaction_is_refused_where_it_would_not_do_what_was_meant(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        said = say(programme, NAMES_SAID)
        words = one(said).text or ""
        version = version_of(words, None)
        key = programme.public_id
        keys = [found.key for found in proposals(words, None)]
        with pytest.raises(NothingChosen):
            redact(None, key, said, version, [], [], REASON)
        with pytest.raises(NothingChosen):
            redact(None, key, said, version, ["w0-2", "x"], [], REASON)
        with pytest.raises(PassageNotThere):
            redact(None, key, said, version, keys, ["the postman"], REASON)
        with pytest.raises(ReasonNeeded):
            redact(None, key, said, version, keys, [], " ")
        with pytest.raises(ChangedMeanwhile):
            redact(None, key, said, "0" * 16, keys, [], REASON)
        with pytest.raises(UnknownContribution):
            redact(None, key, say(programme, HARM_SAID), version, keys, [], REASON)
        assert one(said).text == words


def test_a_redacted_one_that_was_held_comes_back_as_redacted(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        said = say(programme, NAMES_SAID)
        take_names_out(programme, said)
        held(programme, said)
        assert decide(None, programme.public_id, [said], Decided.PUBLISH) == 1
        assert one(said).state is State.REDACTED


def test_quotes_stand_where_they_stood_after_passages_before_them_are_gone(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        said = say(programme, NAMES_SAID + ". The bus goes once a day.")
        decide(None, programme.public_id, [said], Decided.PUBLISH)
        say(programme, BUS, browser="other")
        keep_two_themes(programme)
        theme = db.session.scalars(select(Theme.id).order_by(Theme.id)).all()[0]
        start = len(NAMES_SAID) + 2
        with transaction():
            point = db.session.scalars(
                select(Point).where(Point.contribution_id == one(said).id)
            ).one()
            point.start, point.end, point.theme_id = start, start + 24, theme
        take_names_out(programme, said)
        quotes = {quote.words for quote in quotes_of([theme], 5)[theme]}
        assert "The bus goes once a day." in quotes


# Telling.


def test_authors_are_told_by_their_way_and_never_with_their_words(
    world: World, programme: Programme
) -> None:
    ada, bo = with_email(world), world.north.resident()
    with world.north.inside():
        mine = say(programme, f"{BUS}, says Ada’s canary", resident=ada)
        also = say(programme, f"{BUS} too", resident=ada)
        others = {
            Telling.OWN_PAGE: [say(programme, BUS), say(programme, BUS, resident=bo)],
            Telling.BY_PERSON: [],
            Telling.NOBODY: [],
        }
        where = open_activity(open_conversation(programme), ActivityKind.OPEN_CONVERSATION)
        who = add_participant(programme.id, ParticipantKind.BY_STAFF)
        called = Said(BUS, "Riverbank", may_quote=True, channel=Channel.PHONE)
        others[Telling.BY_PERSON].append(take_in(where, who, called))
        take_comments(programme, (BUS, "x", "yes"))
        others[Telling.NOBODY] += [
            row.public_id for row in all_contributions(programme.id) if row.source_ref == ""
            and row.method is ActivityKind.SURVEY_WAVE
        ]  # fmt: skip
        found = [mine, also, *(one for some in others.values() for one in some)]
        # Imported on paper: whoever brought the file can tell them.
        assert decide(None, programme.public_id, found, Decided.HOLD, REASON) == len(found)
        (sent,) = messages("moderated")
        assert (sent.recipient, sent.resident_id) == ("ada@example.net", ada.id)
        assert REASON in sent.text
        assert "canary" not in sent.text + sent.html + sent.subject
        rows, total = list_to_tell(programme.id, 1, 10)
        assert total == 2
        assert rows[0].contribution == others[Telling.BY_PERSON][0]
        assert mark_told(None, programme.public_id, [row.public_id for row in rows]) == 2
        assert list_to_tell(programme.id, 1, 10) == ([], 0)
        assert mark_told(None, programme.public_id, [row.public_id for row in rows]) == 0


def test_the_same_browser_finds_what_became_of_it_and_no_other_does(
    world: World, programme: Programme
) -> None:
    with world.north.inside():
        said = say(programme, BUS, browser="mine")
        held(programme, said)
        me, other = Author(None, "mine", programme.id), Author(None, "else", programme.id)
        (found,) = outcomes(me, programme.id)
        assert (found.public_id, found.decided, found.reason) == (said, Decided.HOLD, REASON)
        assert found.may_appeal
        assert not found.waits
        assert outcomes(other, programme.id) == []
        with pytest.raises(CannotAppeal):
            appeal(said, other, "It was mine")


# Appeals.


def test_another_than_who_decided_answers_and_the_author_reads_it(
    world: World, programme: Programme
) -> None:
    first, second = world.north.staff(Role.FACILITATOR), world.north.staff(Role.OFFICER)
    ada = with_email(world)
    with world.north.inside():
        said = say(programme, BUS, resident=ada)
        with acting_as(by(first)):
            held(programme, said)
        key = appealed(programme, said, ada, "It is about the question")
        with pytest.raises(CannotAppeal):
            appeal(said, Author(ada.id), "Once more")
        assert [row.words for row in waiting_appeals(programme.id)] == ["It is about the question"]
        assert count_waiting(programme.id).appeals == 1
        # While it waits, nobody decides past it.
        assert decide(None, programme.public_id, [said], Decided.PUBLISH) == 0
        with acting_as(by(first)), pytest.raises(DecidedByYourself):
            answer_appeal(None, programme.public_id, key, "No", upheld=False)
        with acting_as(by(second)):
            answer_appeal(None, programme.public_id, key, "You are right", upheld=True)
            with pytest.raises(UnknownAppeal):
                answer_appeal(None, programme.public_id, key, "Again", upheld=False)
        assert one(said).state is State.PUBLISHED
        (found,) = outcomes(Author(ada.id))
        assert (found.appeal, found.answer, found.upheld) == (
            "It is about the question",
            "You are right",
            True,
        )
        assert "You are right" in messages("moderated")[-1].text


def test_who_moderates_alone_answers_themselves(world: World, programme: Programme) -> None:
    alone = world.north.staff(Role.FACILITATOR)
    ada = world.north.resident()
    with world.north.inside(), acting_as(by(alone)):
        said = say(programme, BUS, resident=ada)
        held(programme, said)
        key = appealed(programme, said, ada, "It is about the question")
        answer_appeal(None, programme.public_id, key, "It stays", upheld=False)
        assert one(said).state is State.HELD
        (found,) = outcomes(Author(ada.id))
        assert found.upheld is False
        assert not found.may_appeal


def test_there_is_no_appeal_where_nothing_was_decided_or_harm_is_looked_at(
    world: World, programme: Programme
) -> None:
    ada = world.north.resident()
    with world.north.inside():
        published = say(programme, BUS, resident=ada)
        harm = say(programme, HARM_SAID, resident=ada)
        note_safeguarding(None, harm, "Seen", Then.KEEP)
        for said in (published, harm):
            with pytest.raises(CannotAppeal):
                appeal(said, Author(ada.id), "Why?")


def test_a_programme_that_is_not_published_has_its_queue_too(world: World) -> None:
    fresh = world.north.programme("Fresh")
    with world.north.inside():
        assert waiting_alike(fresh.id) == []
        publish(fresh)
        assert not count_waiting(fresh.id).first
