"""The pool desk: gauges, forecasts, who may be there twice, and test draws that choose nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from engagement.jobs.execution import carry_out
from engagement.panels import registration, service
from engagement.panels.desk import gauges_of, people_of, withdraw_for_caller
from engagement.panels.errors import SharesTooGreat, UnknownPanel, UnknownRegistration
from engagement.panels.feasibility import TEST_DRAW, Rehearsal, request_test_draw
from engagement.panels.queries import features_of, find_panel
from engagement.panels.rules import (
    Quota,
    exact_seats,
    foresee,
    letters_needed,
    quota_of,
    share_out,
)
from engagement.panels.service import OwnWording, TargetPlan
from engagement.people.rules import ContactBy
from engagement.people.service import change_own_details
from engagement.runs.queries import get_run, last_run_about
from tests.factories import Partnership, World
from tests.factories.panels import PLAN, letters_for, panel_of, pool_of, register


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def panel(north: Partnership) -> str:
    """A panel of four, balanced by sex, age and a question of its own."""
    return panel_of(north.programme("Waiting well"))


def key_of(panel: str) -> int:
    found = find_panel(None, panel)
    assert found is not None
    return found.id


# What the figures say


def test_who_is_to_have_twice_their_share_has_exactly_that_and_the_others_the_rest() -> None:
    wished = exact_seats({"a": 10, "b": 60, "c": 30}, 20, times={"a": Fraction(2)})
    assert wished == {"a": 4, "b": Fraction(32, 3), "c": Fraction(16, 3)}


@pytest.mark.parametrize(
    ("counts", "times"),
    [
        ({"a": 60, "b": 40}, {"a": Fraction(2)}),
        ({"a": 50, "b": 50}, {"a": Fraction(2)}),
        ({"a": 60, "b": 40}, {"a": Fraction(1, 2), "b": Fraction(1)}),
    ],
)
def test_a_wish_that_leaves_nothing_for_the_others_is_refused(
    counts: dict[str, int], times: dict[str, Fraction]
) -> None:
    with pytest.raises(SharesTooGreat):
        share_out(counts, 20, times=times)


@given(
    counts=st.dictionaries(st.text(min_size=1), st.integers(0, 10**6), min_size=1),
    seats=st.integers(1, 500),
    factor=st.fractions(1, 3),
)
def test_rounded_targets_always_leave_room_for_the_whole_panel(
    counts: dict[str, int], seats: int, factor: Fraction
) -> None:
    try:
        shares = share_out(counts, seats, times={min(counts): factor})
    except SharesTooGreat:
        return
    if shares:
        assert sum(least for least, _ in shares.values()) <= seats
        assert sum(most for _, most in shares.values()) >= seats
        assert all(0 <= least <= most <= seats for least, most in shares.values())


@pytest.mark.parametrize(
    ("registered", "least", "expected"),
    [
        *[(0, 1, Quota.SHORT), (1, 1, Quota.THIN), (2, 1, Quota.THIN), (3, 1, Quota.ENOUGH)],
        *[(0, 0, Quota.ENOUGH), (8, 3, Quota.THIN), (9, 3, Quota.ENOUGH)],
    ],
)
def test_a_quota_is_at_risk_below_its_least_and_below_three_for_each_seat(
    registered: int, least: int, expected: Quota
) -> None:
    assert quota_of(registered, least) is expected


def test_more_letters_are_foreseen_from_what_earlier_ones_brought() -> None:
    forecast = foresee(letters=1000, registered=40, more=500)
    assert (forecast.least, forecast.about, forecast.most) == (10, 20, 30)
    assert foresee(1000, 0, 500).about == 0
    assert letters_needed(1000, 40, 3) == 75
    assert letters_needed(1000, 0, 3) is None


@given(st.integers(1, 10**5), st.integers(0, 10**4), st.integers(0, 10**5))
def test_a_forecast_lies_within_its_range(letters: int, registered: int, more: int) -> None:
    found = foresee(letters, registered, more)
    assert 0 <= found.least <= found.about <= found.most


# Who registered


def test_answers_are_counted_towards_the_target_that_they_belong_to(panel: str) -> None:
    one, other, third = letters_for(panel, 3)
    register(panel, one, "female", "65-74")
    register(panel, other, "female", "75-plus")
    register(panel, third, "prefer-not-to-say", "16-24")
    sex, age, _ = gauges_of(key_of(panel), features_of(key_of(panel)), 3)
    assert [(line.target.value, line.registered) for line in sex.lines] == [
        ("female", 2),
        ("male", 0),
    ]
    assert sex.unstated == 1
    assert sex.lines[1].quota is Quota.SHORT
    assert age.lines[-1].registered == 2


def test_who_took_their_name_back_is_in_no_gauge(panel: str) -> None:
    gone = register(panel, letters_for(panel, 1)[0])
    registration.withdraw_registration(panel, gone.resident_id)
    gauges = gauges_of(key_of(panel), features_of(key_of(panel)), 0)
    assert {line.registered for gauge in gauges for line in gauge.lines} == {0}


def test_those_of_one_letter_and_those_with_one_name_and_number_are_marked(panel: str) -> None:
    one, other = letters_for(panel, 2)
    first = register(panel, one)
    register(panel, one, "male", word="another word")
    again = register(panel, other)
    for who, name in ((first, "Ada  Brown"), (again, "ada brown")):
        change_own_details(who.resident_id, name, "", "01632 960 001", "", ContactBy.PHONE)
    found = {person.reference: person for person in people_of(key_of(panel))}
    assert (found[first.reference].household, found[first.reference].double) == (1, 1)
    assert (found[again.reference].household, found[again.reference].double) == (0, 1)
    registration.withdraw_registration(panel, first.resident_id)
    found = {person.reference: person for person in people_of(key_of(panel))}
    assert found[again.reference].double == 0
    assert not found[first.reference].stands


def test_people_without_a_name_are_nobodys_double(panel: str) -> None:
    for letter in letters_for(panel, 2):
        register(panel, letter)
    assert {person.double for person in people_of(key_of(panel))} == {0}


def test_staff_take_a_name_back_for_somebody_who_calls(panel: str, world: World) -> None:
    register(panel, letters_for(panel, 1)[0])
    (person,) = people_of(key_of(panel))
    with pytest.raises(UnknownPanel):
        withdraw_for_caller(frozenset(), panel, person.public_id)
    with pytest.raises(UnknownRegistration):
        withdraw_for_caller(None, panel, "nobody")
    assert withdraw_for_caller(None, panel, person.public_id) == person.reference
    (person,) = people_of(key_of(panel))
    assert not person.stands


# Test draws


def tried(app: Flask, panel: str) -> Rehearsal:
    run = request_test_draw(None, panel)
    carry_out(app, run)
    return Rehearsal.from_result(get_run(run).result)


def test_a_test_draw_says_how_it_would_be_and_chooses_nobody(app: Flask, panel: str) -> None:
    people = pool_of(panel)
    run = request_test_draw(None, panel)
    carry_out(app, run)
    found = get_run(run)
    draw = Rehearsal.from_result(found.result)
    assert draw.feasible
    assert (draw.registered, draw.seats, draw.nowhere) == (16, 4, 0)
    assert 0 < draw.smallest <= 4 / 16 <= draw.greatest <= 1
    assert draw.exact
    kept = str(found.result)
    assert not any(who.reference in kept for who in people)
    last = last_run_about(TEST_DRAW, "panel", panel)
    assert last is not None
    assert last[0].public_id == run
    assert last_run_about(TEST_DRAW, "panel", "another") is None


def test_targets_that_the_pool_cannot_meet_are_named_with_what_would_do(
    app: Flask, panel: str
) -> None:
    for letter in letters_for(panel, 6):
        register(panel, letter, "female", "25-34")
    draw = tried(app, panel)
    assert not draw.feasible
    assert not draw.too_few
    assert {(one.feature, one.value) for one in draw.giving} >= {("What is your sex?", "Male")}
    (sex,) = [one for one in draw.giving if one.value == "Male"]
    assert (sex.least, sex.new_least) == (1, 0)


def test_too_few_people_for_the_seats_is_said_as_that(app: Flask, panel: str) -> None:
    register(panel, letters_for(panel, 1)[0])
    assert tried(app, panel).too_few
    (home,) = letters_for(panel, 1)
    for number in range(5):
        register(panel, home, word=f"word {number} of one home")
    assert tried(app, panel).too_few


def test_who_is_on_no_panel_is_counted(app: Flask, panel: str) -> None:
    waits = [TargetPlan("c1", 4, 4), TargetPlan("c2", 0, 0)]
    service.set_targets(None, panel, "own-1", waits, "by hand")
    pool_of(panel)
    draw = tried(app, panel)
    assert draw.feasible
    assert draw.nowhere == 6


def test_a_panel_without_targets_can_be_tried_too(app: Flask, panel: str) -> None:
    for key in ("sex", "age", "own-1"):
        service.remove_feature(None, panel, key)
    for letter in letters_for(panel, 8):
        _register_only(panel, letter.code)
    draw = tried(app, panel)
    assert draw.feasible
    assert draw.smallest == draw.greatest == 0.5


def _register_only(panel: str, code: str) -> None:
    from engagement.panels.rules import Route
    from engagement.people import service as people

    people.begin_from_letter(code, "heron")
    resident = people.resident_of_letter(code, "heron")
    registration.begin_registration(panel, resident, Route.ONLINE)
    registration.send_registration(panel, resident)


# Targets without imported figures


def test_a_new_question_never_takes_the_place_of_another(panel: str) -> None:
    second = service.add_own_feature(None, panel, OwnWording("Second?", "Why.", ("Yes", "No")))
    service.remove_feature(None, panel, "own-1")
    third = service.add_own_feature(None, panel, OwnWording("Third?", "Why.", ("Yes", "No")))
    assert (second, third) == ("own-2", "own-3")
    titles = [row.feature.title for row in features_of(key_of(panel))]
    assert titles[-2:] == ["Second?", "Third?"]


def test_targets_are_built_from_the_officers_own_figures_where_none_are_imported(
    panel: str,
) -> None:
    own = [TargetPlan("c1", 0, 4, 30), TargetPlan("c2", 0, 4, 70)]
    service.set_targets(None, panel, "own-1", own, "GP register, 2025")
    service.rebuild_targets(None, panel, "own-1", {"c1": Fraction(2)}, "PLUS: people who wait")
    row = features_of(key_of(panel))[-1]
    assert row.source == "GP register, 2025"
    assert row.note == "PLUS: people who wait"
    assert [(t.value, t.population, t.least, t.most) for t in row.targets] == [
        ("c1", 30, 2, 3),
        ("c2", 70, 1, 2),
    ]


def test_without_any_figures_nothing_is_built(panel: str) -> None:
    from engagement.panels.errors import NoFigures

    with pytest.raises(NoFigures):
        service.rebuild_targets(None, panel, "own-1", {}, "")


def test_a_panel_of_another_size_keeps_its_targets_to_be_looked_at(panel: str) -> None:
    service.change_panel(None, panel, replace(PLAN, size=9))
    assert [t.most for t in features_of(key_of(panel))[0].targets] == [3, 3]
