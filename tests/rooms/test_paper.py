"""Forms on paper: codes that notice a slip, two people who type, one contribution."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from engagement.accounts.credentials import CODE_ALPHABET
from engagement.accounts.rules import Role
from engagement.audit.models import AuditEntry
from engagement.audit.rules import ActorKind
from engagement.audit.service import Actor, acting_as
from engagement.contributions.errors import TooLong
from engagement.contributions.models import Contribution
from engagement.contributions.rules import LONGEST, Channel, ConsentHow, Speaker
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.paper import errors
from engagement.paper.models import PaperEntry, PaperForm
from engagement.paper.queries import batches_of, codes_of, find_mismatch, waiting_forms
from engagement.paper.rules import (
    FormState,
    Outcome,
    Piece,
    Typed,
    compared,
    differing,
    is_code,
    make_code,
)
from engagement.paper.service import decide, make_forms, take_back, type_form
from engagement.programmes.errors import UnknownProgramme
from engagement.programmes.models import Activity, Participant
from engagement.programmes.rules import ActivityKind, ParticipantKind
from engagement.programmes.service import ActivityPlan, add_activity
from tests.factories import Partnership, Programme, World
from tests.factories.chain import open_conversation, publish

SAID = Typed(words="The last bus goes at five", place="Riverbank", may_quote=True)


def test_a_code_notices_every_wrong_letter_and_every_pair_that_changed_places() -> None:
    choose = random.Random(7).choice
    for _turn in range(20):
        code = make_code(choose)
        assert is_code(code)
        assert is_code(code.lower().replace("-", " "))
        plain = code.replace("-", "")
        for place, letter in enumerate(plain):
            for wrong in CODE_ALPHABET:
                if wrong != letter:
                    assert not is_code(plain[:place] + wrong + plain[place + 1 :])
        for place in range(len(plain) - 1):
            one, other = plain[place : place + 2]
            swapped = plain[:place] + other + one + plain[place + 2 :]
            assert is_code(swapped) == (one == other)
    assert not is_code("")
    assert not is_code("0" * 9)


def test_spaces_and_line_ends_are_no_difference_and_words_are() -> None:
    spaced = Typed(words=" The last  bus\ngoes at five ", place="Riverbank", may_quote=True)
    assert differing(SAID, spaced) == []
    other = Typed(words="The last bus goes at six", speaker=Speaker.CARER, may_quote=True)
    assert differing(SAID, other) == ["words", "place", "speaker"]
    assert differing(Typed(Outcome.BLANK, "x"), Typed(Outcome.BLANK)) == []
    first, second = compared(SAID.words, other.words)
    assert first == [Piece("The last bus goes at", False), Piece("five", True)]
    assert second == [Piece("The last bus goes at", False), Piece("six", True)]


@pytest.fixture
def place(world: World) -> Partnership:
    return world.north


@pytest.fixture
def programme(place: Partnership) -> Programme:
    made = place.programme()
    with place.inside():
        publish(made)
    return made


@pytest.fixture
def activity(place: Partnership, programme: Programme) -> str:
    with place.inside():
        return open_conversation(programme)


@pytest.fixture
def codes(place: Partnership, programme: Programme, activity: str) -> list[str]:
    """The codes of three forms."""
    with place.inside():
        batch = make_forms(None, programme.public_id, activity, 3)
        return [code for _number, code in codes_of(programme.id, batch)]


Type = Callable[..., FormState]


@pytest.fixture
def by(place: Partnership, programme: Programme) -> Callable[[str], Type]:
    """Somebody of this name, who types a form."""
    actors: dict[str, Actor] = {}

    def person(name: str) -> Type:
        if name not in actors:
            staff = place.staff(Role.FACILITATOR)
            actors[name] = Actor(ActorKind.STAFF, staff.public_id)

        def act(code: str, typed: Typed = SAID, **more: str) -> FormState:
            with place.inside(), acting_as(actors[name]):
                return type_form(None, programme.public_id, code, typed, **more)

        return act

    return person


def count(place: Partnership, table: type) -> int:
    with place.inside():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_same_words_of_two_people_become_one_contribution(
    place: Partnership, programme: Programme, codes: list[str], by: Callable[[str], Type]
) -> None:
    assert by("ann")(codes[0]) is FormState.TYPED_ONCE
    assert count(place, Contribution) == 0
    with pytest.raises(errors.SecondPersonNeeded):
        by("ann")(codes[0])
    assert by("ben")(codes[0].lower(), SAID) is FormState.AGREED
    with place.inside():
        said = db.session.scalars(select(Contribution)).one()
        assert (said.text, said.place_name, said.may_quote) == (SAID.words, "Riverbank", True)
        assert (said.channel, said.consent_how) == (Channel.PAPER, ConsentHow.PAPER)
        assert said.consent_wording
        kind = db.session.scalars(
            select(Participant.kind).where(Participant.id == said.participant_id)
        ).one()
        assert kind is ParticipantKind.PAPER
        facts = db.session.scalars(select(AuditEntry.facts)).all()
        assert not any(codes[0] in str(one) or SAID.words in str(one) for one in facts)
        (batch,) = batches_of(programme.id)
        assert batch.states == {FormState.AGREED: 1, FormState.PRINTED: 2}
        assert batch.forms == 3
    # What was typed is gone: the words stand once.
    assert count(place, PaperEntry) == 0
    with pytest.raises(errors.TypedAlready):
        by("cy")(codes[0])
    assert count(place, Contribution) == 1


def test_a_difference_waits_for_somebody_who_decides_and_it_is_kept_who(
    place: Partnership, programme: Programme, codes: list[str], by: Callable[[str], Type]
) -> None:
    by("ann")(codes[1])
    other = Typed(words="The last bus goes at [illegible]", place="the green", may_quote=False)
    assert by("ben")(codes[1], other) is FormState.TYPED_TWICE
    with place.inside():
        (waits,) = waiting_forms(programme.id)
        found = find_mismatch(programme.id, waits.public_id)
        assert found is not None
        assert (found.first, found.second) == (SAID, other)
        key = programme.public_id
        with pytest.raises(errors.NothingToDecide):
            decide(None, key, codes[1], {"words": "first"}, SAID)
        choices = {"words": "other", "place": "second", "may_quote": "first"}
        final = Typed(words="The last bus goes at six", place="x")
        with pytest.raises(errors.WordsNeeded):
            decide(None, key, codes[1], choices, Typed())
        with acting_as(Actor(ActorKind.STAFF, "third")):
            assert decide(None, key, codes[1], choices, final) is FormState.AGREED
        said = db.session.scalars(select(Contribution)).one()
        assert (said.text, said.place_name, said.may_quote) == (final.words, "the green", True)
        form = db.session.scalars(select(PaperForm).where(PaperForm.code == codes[1])).one()
        assert (form.decided, form.decided_by) == (choices, "third")
        with pytest.raises(errors.NothingToDecide):
            decide(None, key, codes[1], choices, final)
        assert waiting_forms(programme.id) == []
        assert find_mismatch(programme.id, waits.public_id) is None


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome.BLANK, FormState.BLANK), (Outcome.SPOILED, FormState.SPOILED)],
)
def test_a_blank_or_spoiled_form_is_counted_and_says_nothing(
    place: Partnership,
    codes: list[str],
    by: Callable[[str], Type],
    outcome: Outcome,
    state: FormState,
) -> None:
    by("ann")(codes[0], Typed(outcome, "what was typed before"))
    assert by("ben")(codes[0], Typed(outcome)) is state
    assert count(place, Contribution) == count(place, PaperEntry) == 0


def test_a_form_that_came_after_the_close_needs_a_reason(
    place: Partnership, programme: Programme, codes: list[str], by: Callable[[str], Type]
) -> None:
    with place.inside(), transaction():
        ended = clock.now() - timedelta(days=1)
        db.session.execute(update(Activity).values(closes_at=ended))
    with pytest.raises(errors.LateReasonNeeded):
        by("ann")(codes[0], late_reason=" ")
    by("ann")(codes[0], late_reason="Posted in time, held up at the surgery")
    assert by("ben")(codes[0]) is FormState.AGREED
    with place.inside():
        form = db.session.scalars(select(PaperForm).where(PaperForm.code == codes[0])).one()
        assert form.late_reason == "Posted in time, held up at the surgery"


def test_whoever_holds_the_code_takes_back_what_was_typed_or_taken(
    place: Partnership, programme: Programme, codes: list[str], by: Callable[[str], Type]
) -> None:
    key = programme.public_id
    by("ann")(codes[0])
    by("ann")(codes[1])
    by("ben")(codes[1])
    with place.inside():
        take_back(None, key, codes[0])
        take_back(None, key, codes[1])
        assert db.session.scalars(select(Contribution.text)).all() == [None]
        states = db.session.scalars(select(PaperForm.state).order_by(PaperForm.code)).all()
        assert states == [FormState.TAKEN_BACK, FormState.TAKEN_BACK, FormState.PRINTED]
    assert count(place, PaperEntry) == 0


def test_what_is_no_form_of_this_programme_is_refused(
    world: World, place: Partnership, programme: Programme, codes: list[str], activity: str
) -> None:
    key = programme.public_id
    with place.inside():
        with pytest.raises(errors.MistypedCode):
            type_form(None, key, codes[0][:-1] + "!", SAID)
        with pytest.raises(errors.UnknownForm):
            type_form(None, place.programme().public_id, codes[0], SAID)
        with pytest.raises(UnknownProgramme):
            type_form(frozenset(), key, codes[0], SAID)
        with pytest.raises(errors.WordsNeeded):
            type_form(None, key, codes[0], Typed(words=" \0 "))
        with pytest.raises(TooLong):
            type_form(None, key, codes[0], Typed(words="x" * (LONGEST + 1)))
        plan = ActivityPlan(ActivityKind.SURVEY_WAVE, "A wave", offline_routes="Call us.")
        with pytest.raises(errors.NotForPaper):
            make_forms(None, key, add_activity(None, key, plan), 1)
        with pytest.raises(ValueError, match="1 to 500"):
            make_forms(None, key, activity, 501)
    with world.south.inside(), pytest.raises(UnknownProgramme):
        type_form(None, key, codes[0], SAID)


def test_the_day_on_the_form_is_kept(
    place: Partnership, codes: list[str], by: Callable[[str], Type]
) -> None:
    dated = Typed(words="Cold", said_on=date(2026, 3, 4), speaker=Speaker.CARER)
    by("ann")(codes[0], dated)
    by("ben")(codes[0], dated)
    with place.inside():
        said = db.session.scalars(select(Contribution)).one()
        assert (said.said_on, said.speaker, said.may_quote) == (
            date(2026, 3, 4),
            Speaker.CARER,
            False,
        )


def test_two_who_type_at_once_make_one_contribution(
    place: Partnership,
    codes: list[str],
    by: Callable[[str], Type],
    at_once: Callable[..., list[BaseException]],
) -> None:
    ann, ben, cy = by("ann"), by("ben"), by("cy")
    raised = at_once(*[lambda act=act: act(codes[0]) for act in (ann, ben, cy)])
    assert [type(one) for one in raised] == [errors.TypedAlready]
    assert count(place, Contribution) == 1
