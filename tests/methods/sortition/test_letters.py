"""The first stage: exact chances, exact numbers, the same letters for the same seed."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from hashlib import sha256
from math import sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.methods.sortition.chance import Chance
from engagement.methods.sortition.errors import SelectionRefused
from engagement.methods.sortition.letters import (
    Address,
    Group,
    Mailing,
    allocate,
    draw_letters,
    letters_needed,
    plain_address,
    round_together,
)

WEIGHTS = st.fractions(Fraction(1, 10), 20, max_denominator=10)
SIZES = st.lists(st.tuples(st.integers(1, 50), WEIGHTS), min_size=1, max_size=12)


def street(*sizes: int) -> list[Address]:
    """Addresses in strata called by their number, of these sizes."""
    return [
        (100 * stratum + house, f"{house} Street {stratum}", (str(stratum),))
        for stratum, size in enumerate(sizes)
        for house in range(size)
    ]


def frequencies(addresses: list[Address], letters: int, seeds: int, **how: object) -> Counter[int]:
    found: Counter[int] = Counter()
    for seed in range(seeds):
        found.update(draw_letters(addresses, letters, str(seed), **how).rows.tolist())  # type: ignore[arg-type]
    return found


def told(mailing: Mailing) -> tuple[object, list[int]]:
    return mailing.strata, mailing.rows.tolist()


@settings(deadline=None)
@given(SIZES, st.data())
def test_the_chances_of_all_addresses_sum_to_the_letters(
    strata: list[tuple[int, Fraction]], data: st.DataObject
) -> None:
    sizes = [size for size, _ in strata]
    letters = data.draw(st.integers(1, sum(sizes)))
    boosts = {("s", str(number)): weight for number, (_, weight) in enumerate(strata)}
    mailing = draw_letters(street(*sizes), letters, "seed", columns=["s"], boosts=boosts)
    assert sum(s.probability * s.addresses for s in mailing.strata) == letters
    assert len(mailing.rows) == len(set(mailing.rows.tolist())) == letters
    assert sum(s.letters for s in mailing.strata) == letters
    for number, stratum in enumerate(mailing.strata):
        assert 0 < stratum.probability <= 1
        assert abs(stratum.letters - stratum.expected) < 1
        assert (mailing.stratum_of == number).sum() == stratum.letters


@given(SIZES, st.data())
def test_chances_are_as_the_boosts_except_where_they_reach_one(
    strata: list[tuple[int, Fraction]], data: st.DataObject
) -> None:
    sizes, weights = [size for size, _ in strata], [weight for _, weight in strata]
    letters = data.draw(st.integers(1, sum(sizes)))
    expected = allocate(sizes, weights, letters)
    rates = {
        mean / size / weight
        for mean, size, weight in zip(expected, sizes, weights, strict=True)
        if mean < size
    }
    assert len(rates) <= 1
    for rate in rates:
        full = [
            weight
            for mean, size, weight in zip(expected, sizes, weights, strict=True)
            if mean == size
        ]
        assert all(rate * weight >= 1 for weight in full)


@given(st.lists(st.fractions(0, 5, max_denominator=6), min_size=1, max_size=8))
def test_rounding_is_exact_on_average_and_keeps_the_sum(parts: list[Fraction]) -> None:
    expected = [*parts, -sum(parts) % 1]

    class Shift(Chance):
        def below(self, bound: int) -> int:
            Shift.bound = bound
            return Shift.next

    Shift.next = 0
    sums, tried = [0] * len(expected), 0
    while True:
        rounded = round_together(expected, Shift("x"))
        assert sum(rounded) == sum(expected)
        assert all(abs(whole - mean) < 1 for whole, mean in zip(rounded, expected, strict=True))
        sums = [total + whole for total, whole in zip(sums, rounded, strict=True)]
        tried = Shift.next = Shift.next + 1
        if tried == Shift.bound:
            break
    assert [Fraction(total, tried) for total in sums] == expected


def test_over_many_seeds_addresses_are_drawn_as_often_as_is_said() -> None:
    addresses, seeds = street(3, 5, 7), 1500
    boosts = {("s", "0"): Fraction(3)}
    strata = draw_letters(addresses, 4, "x", columns=["s"], boosts=boosts).strata
    assert [s.probability for s in strata] == [Fraction(4, 7), Fraction(4, 21), Fraction(4, 21)]
    found = frequencies(addresses, 4, seeds, columns=["s"], boosts=boosts)
    for row, _, (stratum,) in addresses:
        chance = float(strata[int(stratum)].probability)
        assert abs(found[row] / seeds - chance) < 4.5 * sqrt(chance * (1 - chance) / seeds)


def test_within_a_stratum_every_pair_is_as_likely_as_another() -> None:
    addresses, seeds = street(5), 1500
    pairs: Counter[tuple[int, ...]] = Counter()
    for seed in range(seeds):
        pairs[tuple(draw_letters(addresses, 2, str(seed)).rows.tolist())] += 1
    assert len(pairs) == 10
    assert all(abs(times / seeds - 0.1) < 4.5 * sqrt(0.09 / seeds) for times in pairs.values())


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.text(min_size=1, max_size=5))
def test_the_order_of_the_rows_does_not_matter(chance: Random, seed: str) -> None:
    addresses = street(4, 9, 6)
    boosts = {("s", "1"): Fraction(2)}
    one = draw_letters(addresses, 7, seed, columns=["s"], boosts=boosts)
    chance.shuffle(addresses)
    assert told(draw_letters(addresses, 7, seed, columns=["s"], boosts=boosts)) == told(one)


def test_the_letters_of_a_seed_are_known_for_ever() -> None:
    numbers = {
        house: sha256(f"2026-03-04:{house} street 0:0".encode()).digest() for house in range(20)
    }
    lowest = sorted(sorted(numbers, key=lambda house: numbers[house])[:5])
    drawn = draw_letters(street(20), 5, "2026-03-04").rows.tolist()
    assert drawn == lowest == [2, 3, 6, 8, 17]


def test_boosts_that_would_pass_certainty_give_the_rest_to_the_others() -> None:
    boosts = {("s", "0"): Fraction(100)}
    strata = draw_letters(street(2, 10), 7, "x", columns=["s"], boosts=boosts).strata
    assert [s.probability for s in strata] == [1, Fraction(1, 2)]
    assert draw_letters(street(2, 10), 12, "x", columns=["s"]).strata[1].probability == 1


def test_equal_addresses_are_one_and_the_first_row_is_written() -> None:
    addresses = [
        (2, "1, High Street", ("a",)),
        (3, "2 High Street", ("A ",)),
        (4, "1 HIGH  street", ("a",)),
        (5, "1 high street.", ("a",)),
    ]
    mailing = draw_letters(addresses, 2, "x", columns=["s"])
    assert (mailing.rows.tolist(), mailing.merged) == ([2, 3], 2)
    assert [(s.values, s.addresses) for s in mailing.strata] == [(("A",), 2)]


def test_who_was_invited_before_is_left_out() -> None:
    mailing = draw_letters(street(4), 2, "x", invited=["0 street 0", "2, STREET 0", "elsewhere"])
    assert (mailing.rows.tolist(), mailing.invited) == ([1, 3], 2)


def test_all_faults_come_together() -> None:
    addresses = [
        (2, "1 High Street", ("a", "x")),
        (3, "1 high street", ("b", "x")),
        (4, "1 High St", ("a", "x")),
        (5, "1 high STREET", ("a", "y")),
    ]
    boosts = {("ward", "c"): Fraction(2), ("ward", "a"): Fraction(-1)}
    with pytest.raises(SelectionRefused) as refused:
        draw_letters(addresses, 9, "x", name="a.csv", columns=["ward", "decile"], boosts=boosts)
    other = "has the address of row 2, and another value of “ward”, “decile”; correct or remove one"
    assert [str(fault) for fault in refused.value.faults] == [
        f"a.csv, row 3: {other} of them",
        f"a.csv, row 5: {other} of them",
        "a.csv, column “ward”: no address has “c”; correct the boost",
        "a.csv, column “ward”: a boost must be over 0, not -1; leave rows out to leave them out",
        "a.csv: 9 letters cannot go to 2 addresses; write a number from 1 to 2",
    ]


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        ([], "1 letters cannot go to 0 addresses"),
        ([(7, " - ", ())], "row 7: has no address; write it"),
        ([(n, str(n), (str(n),)) for n in range(10_001)], "“s”: there are more than 10,000 strata"),
    ],
)
def test_lists_that_cannot_be_drawn_from_are_refused(addresses: list[Address], words: str) -> None:
    with pytest.raises(SelectionRefused, match=words):
        draw_letters(addresses, 1, "x", columns=["s"])


def test_boosts_of_endless_digits_are_refused() -> None:
    boosts = {("s", str(n)): Fraction(1, 10**9 + 7 + 2 * n) for n in range(4)}
    with pytest.raises(SelectionRefused, match="too many digits"):
        draw_letters(street(3, 5, 7, 9), 2, "x", columns=["s"], boosts=boosts)


@given(st.text("aB1 ,.-_'/"), st.sampled_from(["", "é", "’"]))
def test_ascii_and_other_addresses_are_made_plain_alike(text: str, more: str) -> None:
    quick = plain_address(text).split()
    assert plain_address(f"{text} {more}").split() == quick + ["é".encode()] * (more == "é")


def test_letters_needed_are_those_of_the_group_that_needs_most() -> None:
    groups = [
        Group("16-29", 6, 0.2, 0.01),
        Group("60+", 6, 0.3, 0.05),
        Group("nobody", 0, 0, 0),
    ]
    needs = letters_needed(groups, registrants_per_seat=10)
    assert [(need.group.name, need.registrants, need.letters) for need in needs] == [
        ("16-29", 60, 30_000),
        ("60+", 60, 4_000),
        ("nobody", 0, 0),
    ]
    assert str(needs[0]) == (
        "16-29: 60 registrants wanted; 20.0% of letters reach them and 1.0% answer: 30,000 letters"
    )


@given(
    st.integers(1, 50),
    st.fractions(Fraction(1, 99), 1),
    st.fractions(Fraction(1, 999), 2),
    st.integers(1, 20),
)
def test_letters_needed_are_enough_and_one_fewer_is_not(
    seats: int, share: Fraction, response: Fraction, spare: int
) -> None:
    (need,) = letters_needed([Group("g", seats, share, response)], spare)
    assert need.letters * share * response >= seats * spare
    assert (need.letters - 1) * share * response < seats * spare


def test_a_group_that_letters_cannot_reach_is_a_fault_and_all_are_told() -> None:
    groups = [
        Group("a", 1, 0.5, 0),
        Group("b", 1, 0, 0.1),
        Group("c", -1, 1.5, -0.1),
    ]
    with pytest.raises(SelectionRefused) as refused:
        letters_needed(groups)
    assert [str(fault) for fault in refused.value.faults] == [
        "groups, column “response”: a: nobody is expected to answer a letter; reach them otherwise",
        "groups, column “share”: b: no letter reaches them, so that letters fill no seat; reach"
        " them otherwise",
        "groups, column “seats”: c: -1 seats cannot be; write 0 or more",
        "groups, column “share”: c: the share is 1.5; write a part of 1, such as 0.2",
        "groups, column “response”: c: the response is -0.1; write a rate such as 0.02",
    ]
    with pytest.raises(ValueError, match="registrants_per_seat"):
        letters_needed([], 0)
