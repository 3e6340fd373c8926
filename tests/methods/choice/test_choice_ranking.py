"""Ranking by Schulze: his own examples, what he proves of the method, and bad ballots refused."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.methods.choice.ranking import Ballot, RankingCount, count_ranking
from engagement.methods.choice.rules import Rules


def counted(options: str, *ballots: tuple[int, str]) -> RankingCount:
    """Ballots written as ``3, "a>bc"``: three people put a first, then b and c alike."""
    given = [
        [tuple(step) for step in order.split(">") if step]
        for people, order in ballots
        for _ in range(people)
    ]
    return count_ranking(list(options), given, Rules(roll=max(1, len(given))))


def test_the_first_five_stand_apart_and_more_where_the_last_of_them_are_equal() -> None:
    assert counted("abcdefg", (3, "g>f>e>d>c>b>a")).top == ("g", "f", "e", "d", "c")
    assert counted("abcdefg", (3, "g>f>e>d>cb>a")).top == ("g", "f", "e", "d", "b", "c")
    assert counted("ab", (3, "b>a")).top == ("b", "a")


def test_the_example_with_45_voters_comes_out_as_published() -> None:
    """Schulze's first example: the order is E, A, C, B, D."""
    result = counted(
        "abcde",
        (5, "a>c>b>e>d"),
        (5, "a>d>e>c>b"),
        (8, "b>e>d>a>c"),
        (3, "c>a>b>e>d"),
        (7, "c>a>e>b>d"),
        (2, "c>b>a>d>e"),
        (7, "d>c>e>b>a"),
        (8, "e>b>a>d>c"),
    )
    assert result.order == (("e",), ("a",), ("c",), ("b",), ("d",))
    assert result.condorcet is None
    assert result.pairwise[0] == (0, 20, 26, 30, 22)
    assert result.paths.tolist() == [
        [0, 28, 28, 30, 24],
        [25, 0, 28, 33, 24],
        [25, 29, 0, 29, 24],
        [25, 28, 28, 0, 24],
        [25, 28, 28, 31, 0],
    ]


def test_who_beats_everybody_comes_first() -> None:
    result = counted("abc", (3, "b>a>c"), (2, "a>b>c"), (2, "c>b>a"))
    assert result.condorcet == "b"
    assert result.order[0] == ("b",)


def test_what_nobody_tells_apart_stays_equal() -> None:
    assert counted("abc", (2, "a>b>c"), (2, "b>a>c")).order == (("a", "b"), ("c",))
    assert counted("ab", (1, "ab")).order == (("a", "b"),)
    # b ties with c and with d, and c beats d: the steps cannot show it all, so it is said.
    partial = counted("abcd", (1, "a>b>c>d"), (1, "a>c>d>b"))
    assert partial.order == (("a",), ("b", "c"), ("d",))
    assert partial.equal == (("b", "c"), ("b", "d"))


def test_what_a_ballot_leaves_out_is_equal_and_last() -> None:
    result = counted("abcd", (1, "b"))
    assert result.pairwise == ((0, 0, 0, 0), (1, 0, 1, 1), (0, 0, 0, 0), (0, 0, 0, 0))
    assert result.order == (("b",), ("a", "c", "d"))


def test_an_empty_ballot_is_an_abstention() -> None:
    result = count_ranking(["a", "b"], [[("a",)], [], [()]], Rules(roll=3, quorum=3))
    assert (result.votes, result.abstained, result.has_quorum) == (1, 2, True)


ballots_of_four = st.lists(
    st.permutations("abcd").map(lambda order: [(option,) for option in order]), max_size=15
)


@settings(max_examples=150, deadline=None)
@given(ballots_of_four)
def test_a_count_holds_what_is_proved_of_it(ballots: list[Ballot]) -> None:
    rules = Rules(roll=15)
    result = count_ranking("abcd", ballots, rules)
    assert sorted(option for step in result.order for option in step) == list("abcd")
    if result.condorcet:
        assert result.order[0] == (result.condorcet,)
    # Strongest paths, reckoned over every path there is.
    pairs = np.array(result.pairwise)
    for one, other in permutations(range(4), 2):
        between = [n for n in range(4) if n not in (one, other)]
        strongest = 0
        for size in range(3):
            for middle in (p for c in combinations(between, size) for p in permutations(c)):
                path = [one, *middle, other]
                steps = list(pairwise(path))
                if all(pairs[i, j] > pairs[j, i] for i, j in steps):
                    strongest = max(strongest, min(pairs[i, j] for i, j in steps))
        assert result.paths[one, other] == strongest
    # The method puts options before others without going round in a circle.
    place = {option: number for number, step in enumerate(result.order) for option in step}
    before = result.paths > result.paths.T
    for one, other in permutations(range(4), 2):
        if before[one, other]:
            assert place["abcd"[one]] < place["abcd"[other]]
        equal = before[one, other] == before[other, one]
        assert equal == (tuple(sorted("abcd"[n] for n in (one, other))) in result.equal)
    # With every ballot turned round, so is the result.
    turned = count_ranking("abcd", [list(reversed(ballot)) for ballot in ballots], rules)
    assert (turned.paths == result.paths.T).all()


@pytest.mark.parametrize(
    ("options", "ballots", "words"),
    [
        (["a"], [], "at least two options"),
        (["a", "a"], [], "each once"),
        (["a", "b"], [[("c",)]], "c is not an option"),
        (["a", "b"], [[("a",), ("a",)]], "names an option twice"),
        (["a", "b"], [[("a",)], [("b",)], []], "3 ballots of 2 people"),
    ],
)
def test_what_is_no_ballot_is_refused(
    options: list[str], ballots: list[Ballot], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        count_ranking(options, ballots, Rules(roll=2))
