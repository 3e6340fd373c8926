"""Panels at the level of use cases: set-up, targets, letters, registering, taking back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from engagement.database import clock
from engagement.extensions import db
from engagement.panels import invitations, registered, registration, service
from engagement.panels.errors import (
    AlreadyInvited,
    AnswersMissing,
    NotAChoice,
    NotAPanel,
    NotInvited,
    PanelExists,
    PanelLacks,
    RegistrationClosed,
    TargetsDoNotFit,
    UnknownFeature,
    UnknownPanel,
)
from engagement.panels.models import RegistrationAnswer, SupportNeed
from engagement.panels.queries import batches_of, features_of, find_panel, panels_to_join
from engagement.panels.rules import (
    PanelState,
    Recruitment,
    Route,
    share_out,
)
from engagement.panels.service import TargetPlan
from engagement.people import service as people
from engagement.people.errors import CodeRefused
from engagement.people.models import Consent
from engagement.people.rules import GivenHow
from engagement.programmes import service as programmes
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan
from tests.factories import Partnership, Programme, World
from tests.factories.panels import PLAN, letters_for, panel_of, pool_of, register


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def programme(north: Partnership) -> Programme:
    """A programme without a panel."""
    return north.programme("Waiting well")


@pytest.fixture
def panel(programme: Programme) -> str:
    """A panel of four, balanced by sex, age and a question of its own."""
    return panel_of(programme)


def key_of(panel: str) -> int:
    found = find_panel(None, panel)
    assert found is not None
    return found.id


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_panel_needs_a_remit_and_somebody_who_convenes_it_too(programme: Programme) -> None:
    activity = programmes.add_activity(
        None, programme.public_id, ActivityPlan(ActivityKind.CITIZENS_PANEL, "Panel")
    )
    with pytest.raises(PanelLacks) as lacks:
        service.open_panel(None, programme.public_id, activity, replace(PLAN, remit=" "))
    assert lacks.value.parts == (
        "a remit",
        "another that convenes it together with the first",
    )


def test_only_an_activity_that_is_a_panel_has_one_and_only_one(programme: Programme) -> None:
    panel = panel_of(programme)
    found = find_panel(None, panel)
    assert found is not None
    talk = programmes.add_activity(
        None, programme.public_id, ActivityPlan(ActivityKind.OPEN_CONVERSATION, "Talk")
    )
    with pytest.raises(NotAPanel):
        service.open_panel(None, programme.public_id, talk, PLAN)
    from engagement.programmes.queries import activities_of

    own = next(row for row in activities_of(programme.id) if row.id == found.activity_id)
    with pytest.raises(PanelExists):
        service.open_panel(None, programme.public_id, own.public_id, PLAN)


def test_another_partnership_does_not_see_the_panel(world: World, panel: str) -> None:
    with world.south.inside():
        assert find_panel(None, panel) is None
        with pytest.raises(UnknownPanel):
            service.change_panel(None, panel, PLAN)


@pytest.mark.parametrize(
    ("counts", "seats", "times", "expected"),
    [
        ({"a": 50, "b": 50}, 9, {}, {"a": (4, 5), "b": (4, 5)}),
        ({"a": 50, "b": 50}, 10, {}, {"a": (4, 6), "b": (4, 6)}),
        ({"a": 10, "b": 90}, 21, {"a": Fraction(2)}, {"a": (4, 5), "b": (16, 17)}),
        ({"a": 0, "b": 7}, 5, {}, {"a": (0, 0), "b": (4, 5)}),
        ({"a": 0}, 5, {}, {}),
    ],
)
def test_seats_are_shared_out_as_people_are(
    counts: dict[str, int],
    seats: int,
    times: dict[str, Fraction],
    expected: dict[str, tuple[int, int]],
) -> None:
    assert share_out(counts, seats, times=times) == expected


def test_targets_that_cannot_give_the_panel_its_size_are_refused(panel: str) -> None:
    for targets, words in (
        ([TargetPlan("female", 3, 2), TargetPlan("male", 0, 4)], "cannot be more than its most"),
        ([TargetPlan("female", 0, 1), TargetPlan("male", 0, 1)], "fewer than the seats"),
        ([TargetPlan("female", 3, 4), TargetPlan("male", 2, 4)], "more than the seats"),
    ):
        with pytest.raises(TargetsDoNotFit, match=words):
            service.set_targets(None, panel, "sex", targets, "by hand")
    with pytest.raises(UnknownFeature):
        service.set_targets(None, panel, "tenure", [], "by hand")


def test_what_a_panel_is_balanced_by_comes_with_targets_and_their_source(panel: str) -> None:
    sex, age, own = features_of(key_of(panel))
    assert [row.feature.key for row in (sex, age, own)] == ["sex", "age", "own-1"]
    assert [(t.value, t.least, t.most) for t in sex.targets] == [("female", 1, 3), ("male", 1, 3)]
    assert sex.source == "Census 2021"
    assert str(age.targets[-1].text) == "65 or over"
    assert own.feature.choices == {"c1": "Yes", "c2": "No"}


def test_what_people_are_asked_stays_once_somebody_has_answered(panel: str) -> None:
    register(panel, letters_for(panel, 1)[0])
    with pytest.raises(AlreadyInvited):
        service.add_feature(None, panel, "tenure")
    with pytest.raises(AlreadyInvited):
        service.remove_feature(None, panel, "sex")
    with pytest.raises(AlreadyInvited):
        service.change_panel(None, panel, replace(PLAN, recruitment=Recruitment.VOLUNTEER))
    service.change_panel(None, panel, replace(PLAN, payment="£200"))
    found = find_panel(None, panel)
    assert found is not None
    assert found.payment == "£200"


def test_a_panel_is_open_from_its_first_letters_until_its_time(panel: str) -> None:
    def state() -> PanelState:
        found = find_panel(None, panel)
        assert found is not None
        return found.state

    assert state() is PanelState.PLANNED
    letters_for(panel, 1)
    assert state() is PanelState.OPEN
    past = clock.now() - timedelta(seconds=1)
    service.change_panel(None, panel, replace(PLAN, registration_closes_at=past))
    assert state() is PanelState.CLOSED


def test_letters_are_numbered_on_and_counted_by_batch(panel: str) -> None:
    first, second = letters_for(panel, 3), letters_for(panel, 2)
    assert [letter.number for letter in (*first, *second)] == [1, 2, 3, 4, 5]
    register(panel, first[0])
    register(panel, first[0], word="another word")
    batches = batches_of(key_of(panel))
    assert [(batch.letters, batch.registered) for batch in batches] == [(3, 2), (2, 0)]


def test_a_new_code_for_a_lost_letter_lets_its_people_back_and_the_old_one_nobody(
    panel: str,
) -> None:
    (letter,) = letters_for(panel, 1)
    who = register(panel, letter, word="blue heron")
    again = invitations.reissue(None, panel, letter.number)
    with pytest.raises(CodeRefused):
        people.look_up_code(letter.code)
    assert people.resident_of_letter(again.code, "blue heron") == who.resident_id


def test_adults_of_one_home_register_apart_and_are_one_household(panel: str) -> None:
    (letter,) = letters_for(panel, 1)
    one, other = register(panel, letter), register(panel, letter, "male", word="other word")
    assert one.reference != other.reference
    households = {registration_of(panel, who.resident_id).household for who in (one, other)}
    assert len(households) == 1
    assert None not in households


def registration_of(panel: str, resident: int):  # type: ignore[no-untyped-def]
    from engagement.panels.models import Registration

    return db.session.scalars(
        select(Registration).where(
            Registration.panel_id == key_of(panel), Registration.resident_id == resident
        )
    ).one()


def test_codes_handed_out_in_a_hostel_make_no_household(panel: str) -> None:
    _, codes = invitations.make_codes(None, panel, 2, "Night shelter, Riverbank")
    for code in codes:
        who = register(panel, code)
        assert registration_of(panel, who.resident_id).household is None


def test_nobody_registers_without_an_invitation(north: Partnership, panel: str) -> None:
    with pytest.raises(NotInvited):
        registration.begin_registration(panel, north.resident("Ned").id, Route.ONLINE)


def test_a_registration_is_kept_as_given_and_sent_when_all_is_answered(panel: str) -> None:
    (letter,) = letters_for(panel, 1)
    people.begin_from_letter(letter.code, "heron")
    resident = people.resident_of_letter(letter.code, "heron")
    assert [row.public_id for row in panels_to_join(resident)] == [panel]
    registration.begin_registration(panel, resident, Route.ONLINE)
    answer(panel, resident, "sex", "female")
    with pytest.raises(AnswersMissing) as missing:
        registration.send_registration(panel, resident)
    assert missing.value.features == ("age", "own-1")
    answer(panel, resident, "age", "prefer-not-to-say")
    answer(panel, resident, "own-1", "c2")
    answer(panel, resident, "own-1", "c1")
    reference = registration.send_registration(panel, resident)
    assert registration.send_registration(panel, resident) == reference
    row = registered.own_registration(key_of(panel), resident)
    assert row is not None
    assert row.stands
    assert row.answers == {"sex": "female", "age": "prefer-not-to-say", "own-1": "c1"}


def answer(panel: str, resident: int, key: str, value: str) -> None:
    registration.keep_answer(panel, resident, key, value, "the words shown", GivenHow.ONLINE)


def test_every_answer_has_its_consent_and_a_changed_one_a_new_consent(panel: str) -> None:
    (letter,) = letters_for(panel, 1)
    who = register(panel, letter, needs="A hearing loop")
    standing = select(func.count()).where(
        Consent.resident_id == who.resident_id, Consent.withdrawn_at.is_(None)
    )
    assert db.session.scalar(standing) == 4
    answer(panel, who.resident_id, "sex", "male")
    assert db.session.scalar(standing) == 4
    assert count(Consent) == 5


def test_an_answer_that_is_not_on_offer_is_refused(panel: str) -> None:
    who = register(panel, letters_for(panel, 1)[0])
    with pytest.raises(NotAChoice):
        answer(panel, who.resident_id, "sex", "both")
    with pytest.raises(UnknownFeature):
        answer(panel, who.resident_id, "tenure", "owned")


def test_taking_ones_name_back_deletes_the_answers_in_one_step(panel: str) -> None:
    who = register(panel, letters_for(panel, 1)[0], needs="A hearing loop")
    registration.withdraw_registration(panel, who.resident_id)
    registration.withdraw_registration(panel, who.resident_id)
    assert count(RegistrationAnswer) == count(SupportNeed) == 0
    assert not db.session.scalar(
        select(func.count()).where(
            Consent.resident_id == who.resident_id, Consent.withdrawn_at.is_(None)
        )
    )
    row = registered.own_registration(key_of(panel), who.resident_id)
    assert row is not None
    assert not row.stands


def test_after_its_time_nobody_registers_or_changes_what_they_sent(panel: str) -> None:
    letters = letters_for(panel, 2)
    who = register(panel, letters[0])
    people.begin_from_letter(letters[1].code, "late word")
    late = people.resident_of_letter(letters[1].code, "late word")
    past = clock.now() - timedelta(seconds=1)
    service.change_panel(None, panel, replace(PLAN, registration_closes_at=past))
    with pytest.raises(RegistrationClosed):
        registration.begin_registration(panel, late, Route.ONLINE)
    with pytest.raises(RegistrationClosed):
        answer(panel, who.resident_id, "sex", "male")
    registration.withdraw_registration(panel, who.resident_id)


def test_what_was_told_before_is_there_to_be_confirmed(
    north: Partnership, programme: Programme, panel: str
) -> None:
    who = register(panel, letters_for(panel, 1)[0], sex="male")
    people.answer_question(who.resident_id, "tenure", "owned", "words", GivenHow.ONLINE)
    people.answer_question(who.resident_id, "sex", "female", "words", GivenHow.ONLINE)
    other = panel_of(programme)
    service.add_feature(None, other, "tenure")
    asked = registered.questions_for(key_of(other), who.resident_id)
    assert asked.own is None
    assert [question.key for question in asked.questions] == ["sex", "age", "own-1", "tenure"]
    # What was answered for a panel goes before what was said about oneself, and what a panel's own
    # question asks is another's.
    assert asked.known == {"sex": "male", "age": "25-34", "tenure": "owned"}
    stranger = north.resident("Ned")
    assert registered.questions_for(key_of(other), stranger.id).known == {}


def test_a_whole_pool_registers(panel: str) -> None:
    assert len({who.reference for who in pool_of(panel, 8)}) == 8
