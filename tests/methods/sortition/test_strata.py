"""Lotteries among members: exact numbers, exact chances, the same people for the same seed."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.methods.sortition.strata import PARTS, Values, draw_members, fit_to_margins

SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=10)
WEIGHTS = st.fractions(Fraction(1, 50), 50, max_denominator=10_000)
SEEDS = st.text(min_size=1, max_size=12)
HAND = "mn"  # the lowest two of SHA-256("dice 4 2 6:k:0") and so on


def members(*sizes: int) -> dict[str, Values]:
    """People in strata called by their number, of these sizes."""
    return {
        f"p{stratum}-{person}": (str(stratum),)
        for stratum, size in enumerate(sizes)
        for person in range(size)
    }


@settings(deadline=None)
@given(SIZES, SEEDS, st.data())
def test_numbers_are_exact_and_chances_sum_to_the_places(
    sizes: list[int], seed: str, data: st.DataObject
) -> None:
    people = members(*sizes)
    places = data.draw(st.integers(1, len(people)))
    weights = {(str(at),): data.draw(WEIGHTS) for at in range(len(sizes))}
    drawn = draw_members(people, places, seed, weights=weights)
    assert len(drawn.chosen) == places
    assert sum(stratum.expected for stratum in drawn.strata) == places
    found = Counter(people[name] for name in drawn.chosen)
    for stratum in drawn.strata:
        assert 0 < stratum.probability <= 1
        assert abs(stratum.places - stratum.expected) < 1
        assert found[stratum.values] == stratum.places <= stratum.people
    chance = {stratum.values: stratum.probability for stratum in drawn.strata}
    assert all(kept == chance[people[name]] for name, kept in drawn.chosen.items())


@settings(deadline=None)
@given(SIZES, SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(sizes: list[int], seed: str, order: Random) -> None:
    people = members(*sizes)
    shuffled = list(people.items())
    order.shuffle(shuffled)
    places = max(1, len(people) // 3)
    assert draw_members(people, places, seed) == draw_members(dict(shuffled), places, seed)


@settings(deadline=None)
@given(SIZES, SEEDS)
def test_without_weights_everybody_has_the_same_chance_to_within_a_part(
    sizes: list[int], seed: str
) -> None:
    people = members(*sizes)
    places = max(1, len(people) // 4)
    for stratum in draw_members(people, places, seed).strata:
        assert abs(stratum.probability - Fraction(places, len(people))) <= Fraction(1, PARTS)


def test_over_many_seeds_each_is_drawn_as_often_as_its_chance_says() -> None:
    people = members(1, 2, 30, 67)
    seeds, found = 2_000, Counter[str]()
    for seed in range(seeds):
        found.update(list(draw_members(people, 10, str(seed)).chosen))
    for name in people:
        # Among 100 people one is this far off in one run of three thousand.
        assert abs(found[name] / seeds - 0.1) < 4.5 * sqrt(0.1 * 0.9 / seeds), name


def test_who_stands_alone_in_a_stratum_has_a_chance_too() -> None:
    drawn = [draw_members(members(1, 99), 5, str(seed)) for seed in range(400)]
    assert {one.strata[0].places for one in drawn} == {0, 1}


def test_one_draw_by_hand() -> None:
    """What anybody can check with a SHA-256 of their own."""
    people: dict[str, Values] = dict.fromkeys("klmnop", ("a",))
    assert list(draw_members(people, 2, "dice 4 2 6").chosen.items()) == [
        (name, Fraction(1, 3)) for name in HAND
    ]


@pytest.mark.parametrize("places", [0, 4])
def test_places_that_cannot_be_filled_are_refused(places: int) -> None:
    with pytest.raises(ValueError, match="places cannot go to"):
        draw_members(members(3), places, "seed")


def test_a_weight_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="over 0"):
        draw_members(members(3), 1, "seed", weights={("0",): Fraction(0)})


CROSSED = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")),
    st.integers(1, 60),
    min_size=6,
    max_size=6,
)
MARGINS = st.tuples(
    st.fixed_dictionaries({value: st.integers(100, 5000) for value in "ab"}),
    st.fixed_dictionaries({value: st.integers(100, 5000) for value in "xyz"}),
)


@given(CROSSED, MARGINS)
def test_fitted_weights_make_people_look_as_the_population_in_each_feature(
    counts: dict[Values, int], margins: tuple[dict[str, int], dict[str, int]]
) -> None:
    weights = fit_to_margins(counts, margins)
    whole = sum(weights[values] * count for values, count in counts.items())
    for place, margin in enumerate(margins):
        for value, population in margin.items():
            held = sum(weights[v] * count for v, count in counts.items() if v[place] == value)
            wanted = Fraction(population, sum(margin.values()))
            assert abs(held / whole - wanted) < Fraction(1, 1000)


def test_who_did_not_say_keeps_their_part_and_what_nobody_has_is_left_out() -> None:
    counts: dict[Values, int] = {(None,): 10, ("a",): 60, ("b",): 30}
    weights = fit_to_margins(counts, [{"a": 500, "b": 500, "c": 1000}])
    held = {values: float(weights[values] * count) for values, count in counts.items()}
    assert held[None,] == pytest.approx(10)
    assert held["a",] == pytest.approx(45)
    assert held["b",] == pytest.approx(45)
