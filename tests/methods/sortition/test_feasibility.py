"""Where no panel meets all targets: the least that would have to give, in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.methods.sortition.errors import SelectionRefused
from engagement.methods.sortition.feasibility import TargetsCannotBeMet, cover
from engagement.methods.sortition.pool import Pool, Rules, Target, Targets
from engagement.methods.sortition.problem import pose
from tests.methods.sortition.instances import (
    Instance,
    go_on,
    instances,
    people,
    real,
    repeatably,
    targets,
)
from tests.methods.sortition.oracle import all_panels


def refusal(instance: Instance) -> TargetsCannotBeMet | None:
    """What is said of an instance whose targets cannot be met; None where they can."""
    try:
        cover(instance.pose(), instance.targets, go_on)
    except TargetsCannotBeMet as refused:
        return refused
    return None


def words(instance: Instance) -> list[str]:
    refused = refusal(instance)
    assert refused is not None
    return str(refused).splitlines()


@st.composite
def with_flex(draw: st.DrawFn) -> Instance:
    """An instance whose targets may be moved by a little, or by any number."""
    instance = draw(instances(features=(1, 3), shift=2, homes=3))
    rows = []
    for row in instance.targets.rows:
        low = draw(st.integers(0, row.least))
        most = draw(st.one_of(st.none(), st.integers(row.most, row.most + 2)))
        rows.append(replace(row, least_flex=low, most_flex=most))
    return instance._replace(targets=Targets(tuple(rows)))


def sums(instance: Instance) -> np.ndarray:
    """For each panel that heeds all but the targets, how many it seats for each target."""
    panels = all_panels(Targets(()), *instance[1:])
    matching = [
        [
            answers[instance.pool.features.index(row.feature)] == row.value
            for row in instance.targets.rows
        ]
        for answers in instance.pool.answers
    ]
    return panels @ np.array(matching, dtype=int) if len(panels) else panels


def check(instance: Instance) -> None:
    """The changes are the fewest, then the smallest, of all panels; the nearest misses least."""
    try:
        refused = refusal(instance)
    except SelectionRefused:
        return
    seated = sums(instance)
    rows = instance.targets.rows
    if not len(seated):
        assert refused is not None
        assert not refused.relaxations
        assert not refused.nearest
        return
    least, most = (np.array([getattr(row, name) for row in rows]) for name in ("least", "most"))
    missed = np.maximum(0, np.maximum(least - seated, seated - most))
    if refused is None:
        assert (missed.sum(axis=1) == 0).any()
        return
    low = np.array([row.least_flex for row in rows])
    high = np.array([10**6 if row.most_flex is None else row.most_flex for row in rows])
    within = ((low <= seated) & (seated <= high)).all(axis=1)
    assert refused.beyond_flex == (not within.any())
    allowed = missed[within] if within.any() else missed
    fewest = min(((row > 0).sum(), row.sum()) for row in allowed)
    asked = {(row.feature, row.value): row for row in rows}
    moved = [
        abs(change.least - asked[change.feature, change.value].least)
        + abs(change.most - asked[change.feature, change.value].most)
        for change in refused.relaxations
    ]
    assert (len(moved), sum(moved)) == fewest
    assert refused.missed == min(row.sum() for row in allowed)
    check_nearest(instance, refused)
    changed = {(change.feature, change.value): change for change in refused.relaxations}
    eased = Targets(
        tuple(
            replace(row, least=changed[key].least, most=changed[key].most)
            if (key := (row.feature, row.value)) in changed
            else row
            for row in rows
        )
    )
    assert refusal(instance._replace(targets=eased)) is None


def check_nearest(instance: Instance, refused: TargetsCannotBeMet) -> None:
    problem = instance.pose()
    panel = np.array(refused.nearest)
    inside = problem.matrix @ panel
    off = np.maximum(0, np.maximum(problem.least - inside, inside - problem.most))
    last = len(instance.targets.rows) + 1
    assert off[0] == 0
    assert not off[last:].any()
    assert off[1:last].sum() == refused.missed
    assert (problem.floor <= panel).all()
    assert (panel <= problem.places).all()


@repeatably(70)
@given(instances(features=(2, 5), slack=0, shift=2, unstated=True))
def test_no_smaller_change_would_do(instance: Instance) -> None:
    check(instance)


@repeatably(60)
@given(instances(features=(1, 3), shift=1, homes=4, ruled=True))
def test_no_smaller_change_would_do_with_households_and_rules(instance: Instance) -> None:
    check(instance)


@repeatably(70)
@given(with_flex())
def test_changes_stay_within_the_limits_of_flexibility_where_they_can(instance: Instance) -> None:
    check(instance)


def test_too_few_of_a_value_are_told_with_how_many_registered() -> None:
    pool = people([("16–29",)] * 4 + [("30+",)] * 10)
    instance = Instance(targets(("a", "16–29", 6, 8), ("a", "30+", 0, 9)), pool, 10)
    named = replace(instance.pool, features=("Age",))
    rows = tuple(replace(row, feature="Age") for row in instance.targets.rows)
    assert words(instance._replace(pool=named, targets=Targets(rows))) == [
        "No panel meets all targets. The smallest change that would do:",
        "Age 16–29: lower the minimum from 6 to 4; only 4 registered.",
    ]


def test_a_maximum_that_leaves_seats_empty_is_raised() -> None:
    pool = people([("x",)] * 5 + [("y",)] * 5)
    assert words(Instance(targets(("a", "x", 0, 2), ("a", "y", 0, 1)), pool, 4))[1:] in (
        ["a x: raise the maximum from 2 to 3."],
        ["a y: raise the maximum from 1 to 2."],
    )


def test_several_changes_are_counted_and_all_named() -> None:
    pool = people([("x", "p")] * 6)
    found = words(Instance(targets(("a", "y", 2, 4), ("b", "q", 1, 4)), pool, 4))
    assert found == [
        "No panel meets all targets. The smallest set of changes that would do, all 2 together:",
        "a y: lower the minimum from 2 to 0; only 0 registered.",
        "b q: lower the minimum from 1 to 0; only 0 registered.",
    ]


def test_one_change_of_many_seats_comes_before_two_changes_of_one() -> None:
    # Either x and y each by one, or z alone by three.
    pool = people([("x", "z")] * 4 + [("y", "w")] * 4)
    instance = Instance(targets(("a", "x", 3, 3), ("a", "y", 1, 1), ("b", "z", 0, 0)), pool, 4)
    refused = refusal(instance)
    assert refused is not None
    assert [(change.value, change.most) for change in refused.relaxations] == [("z", 3)]


def test_a_limit_of_flexibility_turns_the_change_elsewhere() -> None:
    pool = people([("x",)] * 5 + [("y",)] * 5)
    rows = (Target("a", "x", 0, 2, 0, 2), Target("a", "y", 0, 1, 0, 3))
    assert words(Instance(Targets(rows), pool, 4))[1:] == ["a y: raise the maximum from 1 to 2."]


def test_changes_beyond_flexibility_are_said_to_be() -> None:
    rows = (Target("a", "x", 3, 4, 2, 4), Target("a", "y", 0, 4))
    instance = Instance(Targets(rows), people([("x",)] + [("y",)] * 5), 4)
    refused = refusal(instance)
    assert refused is not None
    assert refused.beyond_flex
    assert words(instance) == [
        "No panel meets all targets. Even the limits of flexibility would have to give. "
        "The smallest change that would do:",
        "a x: lower the minimum from 3 to 1; only 1 registered.",
    ]


def test_too_few_people_are_counted() -> None:
    assert words(Instance(targets(("a", "x", 0, 9)), people([("x",)] * 3), 5)) == [
        "5 seats are to be filled, but only 3 people can be drawn."
    ]


def test_nobody_left_to_draw_is_said() -> None:
    rules = Rules(excluded=frozenset({"p00", "p01"}))
    assert words(Instance(targets(("a", "x", 0, 9)), people([("x",)] * 2), 1, rules)) == [
        "1 seat is to be filled, but only 0 people can be drawn."
    ]


def test_households_that_leave_too_few_are_to_blame() -> None:
    pool = people([("x",), ("y",)] * 3, ["one", "one", "two", "two", "two", "two"])
    assert words(Instance(targets(("a", "x", 0, 9)), pool, 3)) == [
        "3 seats are to be filled and 6 people can be drawn, but too many of them share a "
        "household: one of each can be seated."
    ]


def test_a_household_can_keep_a_minimum_from_being_met() -> None:
    pool = people([("x",), ("x",), ("y",), ("y",)], ["one", "one", None, None])
    assert words(Instance(targets(("a", "x", 2, 2), ("a", "y", 0, 2)), pool, 2))[1:] == [
        "a x: lower the minimum from 2 to 1."
    ]


def test_a_minimum_beyond_all_seats_is_lowered_as_far_as_it_takes() -> None:
    instance = Instance(
        targets(("a", "x", 5, 5), ("a", "y", 1, 1)), people([("x",), ("y",)] * 4), 2
    )
    assert words(instance)[1:] == ["a x: lower the minimum from 5 to 1; only 4 registered."]
    check(instance)


def test_seats_already_held_count_towards_the_targets_told() -> None:
    rules = Rules(seated=frozenset({"p00"}))
    pool = people([("x",), ("x",), ("y",), ("y",), ("y",)])
    assert words(Instance(targets(("a", "x", 3, 3)), pool, 4, rules))[1:] == [
        "a x: lower the minimum from 3 to 2; only 1 registered."
    ]


def test_everybody_who_can_sit_on_some_panel_does_so_in_the_coverage() -> None:
    pool = people([("x", "p"), ("y", "q"), ("y", "p"), ("x", "q")])
    problem = pose(targets(("a", "x", 2, 2), ("b", "p", 1, 1)), pool, 2)
    found = cover(problem, targets(("a", "x", 2, 2), ("b", "p", 1, 1)), go_on)
    assert [problem.kinds[kind].answers for kind in found.impossible] == [("y", "p"), ("y", "q")]
    assert all(problem.allows(panel) for panel in found.panels)
    assert found.places(problem).tolist() == [1, 1, 0, 0]


def test_a_checkpoint_can_stop_the_search() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    instance = Instance(targets(("a", "x", 0, 9)), people([("x",)] * 3), 2)
    with pytest.raises(KeyboardInterrupt):
        cover(instance.pose(), instance.targets, stop)


def test_a_real_pool_with_a_minimum_too_high_is_explained() -> None:
    try:
        instance = real("sf_fixture_22")
    except FileNotFoundError as missing:
        pytest.skip(f"no files at {missing.filename}")
    first = instance.targets.rows[0]
    registered = sum(answers[0] == first.value for answers in instance.pool.answers)
    rows = tuple(
        replace(row, least=0, most=500, most_flex=500) for row in instance.targets.rows[1:]
    )
    many = replace(first, least=registered + 3, most=registered + 3, most_flex=registered + 3)
    large = instance._replace(targets=Targets((many, *rows)), size=registered + 5)
    assert words(large)[1:] == [
        f"Gender Female: lower the minimum from {registered + 3} to {registered}; "
        f"only {registered} registered."
    ]


def test_a_pool_of_other_features_is_no_matter_of_targets() -> None:
    assert refusal(Instance(Targets(()), Pool((), ("p",), ((),), (None,)), 1)) is None
