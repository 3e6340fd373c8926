"""Chance follows from the seed as described, and favours no number."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.methods.sortition.chance import BLOCK, Chance
from engagement.methods.sortition.packs import pick_ticket
from tests.methods.sortition.instances import repeatably


def draw(seed: str, counter: int) -> int:
    """One draw, as the description has it."""
    text = f"{seed}:{counter}".encode()
    return int(hashlib.sha256(text).hexdigest()[:16], 16)


def recount(seed: str, bounds: list[int]) -> list[int]:
    """What ``below`` gives for these bounds in turn, by the description alone."""
    counter, found = 0, []
    for bound in bounds:
        number = draw(seed, counter)
        while number >= 2**64 // bound * bound:
            counter += 1
            number = draw(seed, counter)
        counter += 1
        found.append(number % bound)
    return found


def chi_square(counts: list[int], expected: float) -> float:
    return sum((count - expected) ** 2 / expected for count in counts)


def test_known_numbers_never_change() -> None:
    chance = Chance("5c3f")
    assert [chance.below(2**64) for _ in range(2)] == [draw("5c3f", 0), draw("5c3f", 1)]
    chance = Chance("seed")
    assert [chance.below(1000) for _ in range(6)] == [958, 973, 215, 687, 694, 514]


@repeatably(200)
@given(st.text(min_size=1), st.lists(st.integers(1, 2**64), max_size=20))
def test_numbers_are_as_described(seed: str, bounds: list[int]) -> None:
    try:
        seed.encode()
    except UnicodeEncodeError:
        return
    chance = Chance(seed)
    assert [chance.below(bound) for bound in bounds] == recount(seed, bounds)


@pytest.mark.parametrize("bound", [2**63 + 1, 3 * 2**62, 2**64 - 1])
def test_draws_beyond_the_last_whole_multiple_are_thrown_away(bound: int) -> None:
    chance = Chance("again")
    found = [chance.below(bound) for _ in range(200)]
    assert found == recount("again", [bound] * 200)
    kept = [
        number for number in (draw("again", counter) for counter in range(900)) if number < bound
    ]
    assert found == kept[:200]


def test_each_number_is_equally_likely() -> None:
    chance = Chance("even")
    counts = Counter(chance.below(7) for _ in range(70_000))
    assert sorted(counts) == list(range(7))
    # Six degrees of freedom: more than 22.5 comes once in a thousand seeds.
    assert chi_square(list(counts.values()), 10_000) < 22.5


def test_large_bounds_favour_neither_half() -> None:
    # Without rejection, numbers below 2**62 would come up twice as often as the others.
    chance, bound = Chance("halves"), 3 * 2**62
    low = sum(chance.below(bound) < 2**62 for _ in range(30_000))
    assert abs(low - 10_000) < 4 * (30_000 * 2 / 9) ** 0.5


def test_one_number_to_choose_from_is_chosen_and_uses_a_draw() -> None:
    chance = Chance("x")
    assert chance.below(1) == 0
    assert chance.below(BLOCK) == draw("x", 1)


@pytest.mark.parametrize("bound", [0, -1, 2**64 + 1])
def test_a_bound_out_of_range_is_refused(bound: int) -> None:
    with pytest.raises(ValueError, match=r"bound must be 1 to 2\*\*64"):
        Chance("x").below(bound)


def test_a_seed_cannot_be_empty() -> None:
    with pytest.raises(ValueError, match="a seed cannot be empty"):
        Chance("")


def test_seeds_and_counters_do_not_run_into_each_other() -> None:
    assert Chance("a").below(BLOCK) != Chance("a:0").below(BLOCK)
    assert Chance("a:1").below(BLOCK) != Chance("a").below(BLOCK)


@repeatably(100)
@given(st.text(st.characters(codec="utf-8"), min_size=1), st.lists(st.integers()))
def test_a_shuffle_keeps_everything(seed: str, items: list[int]) -> None:
    shuffled = list(items)
    Chance(seed).shuffle(shuffled)
    assert sorted(shuffled) == sorted(items)


def test_each_order_is_equally_likely() -> None:
    chance = Chance("orders")
    counts: Counter[tuple[str, ...]] = Counter()
    for _ in range(24_000):
        items = list("abcd")
        chance.shuffle(items)
        counts[tuple(items)] += 1
    assert set(counts) == set(permutations("abcd"))
    # Twenty-three degrees of freedom: more than 49.7 comes once in a thousand seeds.
    assert chi_square(list(counts.values()), 1000) < 49.7


def test_a_known_shuffle_never_changes() -> None:
    items = list(range(10))
    order = recount("cards", list(range(10, 1, -1)))
    wanted = list(range(10))
    for last, other in zip(range(9, 0, -1), order, strict=True):
        wanted[last], wanted[other] = wanted[other], wanted[last]
    Chance("cards").shuffle(items)
    assert items == wanted


def test_nothing_and_one_thing_can_be_shuffled() -> None:
    for items in ([], ["only"]):
        kept = list(items)
        Chance("x").shuffle(items)
        assert items == kept


def test_a_ticket_is_the_first_number_below_their_count() -> None:
    assert pick_ticket("5c3f", 1000) == recount("5c3f", [1000])[0]
