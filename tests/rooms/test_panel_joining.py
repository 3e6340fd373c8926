"""Joining a panel without a letter, or on the telephone; where people live; what helps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from engagement.database import clock
from engagement.extensions import db
from engagement.panels import joining, registered, registration, service
from engagement.panels.errors import NotAChoice, NotInvited, RegistrationClosed, UnknownPanel
from engagement.panels.models import Registration, RegistrationAnswer
from engagement.panels.queries import find_panel, hosts_of, is_invited
from engagement.panels.rules import DEPRIVATION, PLACE, PanelState, Recruitment, Route
from engagement.panels.support import KINDS, Support, read, written
from engagement.people import service as people
from engagement.people.errors import ReturnWordTooShort
from engagement.people.models import Consent, Resident
from engagement.people.questions import PREFER_NOT_TO_SAY
from engagement.people.rules import GivenHow
from engagement.programmes import service as programmes
from engagement.programmes.rules import ActivityKind
from tests.factories import Partnership, Programme, World
from tests.factories.panels import PLAN, letters_for, panel_of, register
from tests.factories.places import reference_data

VOLUNTEERS = replace(PLAN, recruitment=Recruitment.VOLUNTEER)


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def programme(north: Partnership) -> Programme:
    """A programme without a panel."""
    return north.programme("Waiting well")


def key_of(panel: str) -> int:
    found = find_panel(None, panel)
    assert found is not None
    return found.id


def test_a_volunteer_panel_is_open_to_all_once_everyone_may_see_it(programme: Programme) -> None:
    hidden = find_panel(None, panel_of(programme, VOLUNTEERS))
    seen = find_panel(None, panel_of(programme, VOLUNTEERS, published=True))
    assert hidden is not None
    assert seen is not None
    assert (hidden.state, seen.state) == (PanelState.PLANNED, PanelState.OPEN)
    programmes.close_programme(None, programme.public_id)
    closed = find_panel(None, seen.public_id)
    assert closed is not None
    assert closed.state is PanelState.CLOSED


@pytest.mark.parametrize(
    ("recruitment", "kind", "is_open"),
    [
        (Recruitment.RANDOM, ActivityKind.CITIZENS_PANEL, False),
        (Recruitment.VOLUNTEER, ActivityKind.CITIZENS_PANEL, True),
        (Recruitment.RANDOM, ActivityKind.COMMUNITY_PANEL, True),
    ],
)
def test_only_a_panel_that_is_open_to_all_is_joined_without_a_letter(
    programme: Programme, recruitment: Recruitment, kind: ActivityKind, is_open: bool
) -> None:
    plan = replace(PLAN, recruitment=recruitment)
    panel = panel_of(programme, plan, kind=kind, published=True)
    if not is_open:
        with pytest.raises(UnknownPanel):
            joining.join_openly(panel, "blue heron")
        assert db.session.scalar(select(func.count()).select_from(Resident)) == 0
        return
    joined = joining.join_openly(panel, "blue heron")
    resident = people.resident_of_letter(joined.code, "blue heron")
    row = registered.own_registration(key_of(panel), resident)
    assert row is not None
    assert row.route is Route.ONLINE
    assert not is_invited(key_of(panel), resident)


def test_nobody_joins_before_it_opens_after_it_closes_or_with_a_short_word(
    programme: Programme,
) -> None:
    hidden = panel_of(programme, VOLUNTEERS)
    with pytest.raises(UnknownPanel):
        joining.join_openly(hidden, "blue heron")
    past = clock.now() - timedelta(seconds=1)
    closed = panel_of(programme, replace(VOLUNTEERS, registration_closes_at=past), published=True)
    with pytest.raises(RegistrationClosed):
        joining.join_openly(closed, "blue heron")
    with pytest.raises(ReturnWordTooShort):
        joining.join_openly(closed, "abc")
    assert db.session.scalar(select(func.count()).select_from(Resident)) == 0


def test_a_letter_is_found_by_its_number_or_its_code_and_names_who_began(
    programme: Programme,
) -> None:
    panel, other = panel_of(programme), panel_of(programme)
    first, second = letters_for(panel, 2)
    register(panel, second)
    for typed in (str(second.number), f" #{second.number} ", second.code.lower()):
        found = joining.find_letter(key_of(panel), typed)
        assert found is not None
        assert found.number == second.number
        assert len(found.people) == 1
    for typed in ("99", "-1", "AAAAA-AAAAA", "٣"):
        assert joining.find_letter(key_of(panel), typed) is None
    assert joining.find_letter(key_of(other), first.code) is None


def test_staff_begin_for_somebody_who_calls_about_a_letter(programme: Programme) -> None:
    panel = panel_of(programme)
    (letter,) = letters_for(panel, 1)
    one = joining.begin_by_phone(None, panel, "1", joining.Caller("Ada", "01632 960 777"))
    other = joining.begin_by_phone(None, panel, letter.code, joining.Caller())
    rows = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [row.public_id for row in rows] == [one, other]
    assert {row.route for row in rows} == {Route.PHONE}
    assert len({row.household for row in rows}) == 1
    found = joining.find_letter(key_of(panel), "1")
    assert found is not None
    again = joining.begin_by_phone(
        None, panel, "1", joining.Caller(), person=found.people[0].public_id
    )
    assert again == one
    for letter_typed, person in (("2", ""), ("", ""), ("1", "somebody else")):
        with pytest.raises(NotInvited):
            joining.begin_by_phone(None, panel, letter_typed, joining.Caller(), person)
    with pytest.raises(UnknownPanel):
        joining.begin_by_phone(frozenset(), panel, "1", joining.Caller())


def test_staff_begin_for_a_resident_only_where_that_resident_may_join(
    north: Partnership, programme: Programme
) -> None:
    ned = north.resident("Ned")
    closed, free = panel_of(programme), panel_of(programme, VOLUNTEERS, published=True)
    letters_for(closed, 1)
    with pytest.raises(NotInvited):
        joining.begin_for_resident(None, closed, ned.public_id)
    begun = joining.begin_for_resident(None, free, ned.public_id)
    found = registered.find_registration(key_of(free), begun)
    assert found is not None
    assert (found[0], found[1].route) == (ned.id, Route.PHONE)
    assert registered.find_registration(key_of(closed), begun) is None
    assert registered.standing_of(ned.id) == {key_of(free): (False, False)}


def test_who_runs_a_panel_begins_with_who_leads_it(
    north: Partnership, programme: Programme
) -> None:
    panel_of(programme, mark="of Riverbank")
    assert hosts_of(programme.id) == ["North Partnership", "Healthwatch of Riverbank"]


def test_where_somebody_lives_is_kept_as_place_and_fifth_and_asked_once(
    north: Partnership, programme: Programme
) -> None:
    reference_data()
    panel = panel_of(programme, VOLUNTEERS, published=True, where=True)
    ned = north.resident("Ned")
    begun = registration.begin_registration(panel, ned.id, Route.ONLINE)

    def kept() -> tuple[str, str]:
        found = registered.find_registration(key_of(panel), begun)
        assert found is not None
        return found[1].answers[PLACE], found[1].answers[DEPRIVATION]

    def keep(area: str | None, place: str | None = None) -> None:
        registration.keep_place(panel, ned.id, area, "words", GivenHow.ONLINE, place_code=place)

    keep("E01000001")
    assert kept() == ("E05000001", "1")
    keep(None, "E05000002")
    assert kept() == ("E05000002", PREFER_NOT_TO_SAY)
    keep(None)
    assert kept() == (PREFER_NOT_TO_SAY, PREFER_NOT_TO_SAY)
    for area, place in (("E01000004", None), (None, "E05000003"), (None, "E06000001")):
        with pytest.raises(NotAChoice):
            keep(area, place)


def test_a_name_taken_back_can_be_put_forward_again(
    north: Partnership, programme: Programme
) -> None:
    panel = panel_of(programme)
    who = register(panel, letters_for(panel, 1)[0])
    registration.withdraw_registration(panel, who.resident_id)
    assert registered.standing_of(who.resident_id) == {key_of(panel): (True, True)}
    for key, value in (("sex", "male"), ("age", "25-34"), ("own-1", "c1")):
        registration.keep_answer(panel, who.resident_id, key, value, "words", GivenHow.ONLINE)
    assert registration.send_registration(panel, who.resident_id) == who.reference
    service.change_panel(None, panel, replace(PLAN, payment="£200"))


def test_answers_sent_at_once_leave_one_with_the_only_consent_that_stands(
    at_once: Callable[..., list[BaseException]], north: Partnership, programme: Programme
) -> None:
    panel = panel_of(programme, VOLUNTEERS, published=True)
    ned = north.resident("Ned")
    registration.begin_registration(panel, ned.id, Route.ONLINE)

    def keep(value: str) -> None:
        registration.keep_answer(panel, ned.id, "sex", value, f"of {value}", GivenHow.ONLINE)

    values = ["female", "male"] * 3
    acts = [partial(keep, value) for value in values]
    assert at_once(*acts, partnership_id=north.id) == []
    (answer,) = db.session.scalars(select(RegistrationAnswer)).all()
    consents = db.session.scalars(select(Consent)).all()
    assert len(consents) == len(values)
    (standing,) = [consent for consent in consents if consent.withdrawn_at is None]
    assert (answer.consent_id, f"of {answer.value}") == (standing.id, standing.wording_text)


SUPPORT = st.builds(
    Support,
    st.lists(st.sampled_from(list(KINDS)), unique=True).map(
        lambda kinds: tuple(kind for kind in KINDS if kind in kinds)
    ),
    st.text("abc é-’", max_size=20).map(lambda text: " ".join(text.split())),
    st.text("abc é\n", max_size=40).map(str.strip),
)


@given(SUPPORT)
def test_what_helps_reads_back_as_it_was_written(support: Support) -> None:
    assert read(written(support)) == support
