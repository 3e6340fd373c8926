"""Votes as a sparse matrix: who said what about which statement, in an order of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AGREE, PASS, DISAGREE = 1, 0, -1


@dataclass(frozen=True, eq=False)
class Votes:
    """The votes of n people on m statements, at most one of each person on each statement.

    ``participants`` and ``statements``: ids, numbers by value and before other ids, which stand in
    the order of their letters. ``starts`` (n + 1,): where each person's votes begin in ``columns``
    (v,), the statements voted on, rising for each person, and in ``values`` (v,): 1 agree, 0 pass,
    -1 disagree. ``replaced``: how many votes a later one of the same person replaced.
    """

    participants: tuple[str, ...]
    statements: tuple[str, ...]
    starts: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: NDArray[np.int8]
    replaced: int

    def seen(self) -> NDArray[np.int64]:
        """How many statements each person voted on (n,)."""
        return np.diff(self.starts).astype(np.int64)

    def take(self, people: NDArray[np.int64]) -> Votes:
        """The votes of some people only, who stay in the order given; statements stay all."""
        lengths = np.diff(self.starts)[people]
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        places = np.arange(starts[-1]) + np.repeat(self.starts[people] - starts[:-1], lengths)
        return Votes(
            tuple(self.participants[person] for person in people),
            self.statements,
            starts,
            self.columns[places],
            self.values[places],
            0,
        )


def gather_votes(
    participants: Sequence[str],
    statements: Sequence[str],
    people: NDArray[Any],
    about: NDArray[Any],
    values: NDArray[Any],
    times: NDArray[Any] | None = None,
) -> Votes:
    """Votes in any order, several of a person on a statement among them, as a matrix.

    Vote i is that of ``participants[people[i]]`` on ``statements[about[i]]``. The latest counts.
    Where ``times`` (v,) are given, different votes at the same moment count as a pass, since
    nobody can tell which came last; without them the one that stands last counts.

    Raises ``ValueError`` for lengths that differ, ids that stand twice and values other than 1, 0
    and -1.
    """
    values = np.asarray(values)
    times = np.arange(len(values)) if times is None else np.asarray(times)
    if not len(people) == len(about) == len(values) == len(times):
        raise ValueError("people, about, values and times must be of one length")
    if len(values) and not (values.min() >= DISAGREE and values.max() <= AGREE):
        raise ValueError("a vote is 1, 0 or -1")
    persons, place_of_person = _in_order(participants)
    texts, place_of_text = _in_order(statements)
    width = max(1, len(texts))
    keys = place_of_person[people] * width + place_of_text[about]
    values = values.astype(np.int8)
    if (np.diff(keys) <= 0).any():
        order = np.argsort(keys)
        keys, values = keys[order], values[order]
        again = np.flatnonzero(np.diff(keys) == 0)
        if len(again):
            _settle(np.union1d(again, again + 1), keys, values, times[order])
    last = np.append(np.diff(keys) > 0, True)[: len(keys)]
    kept = keys[last]
    lengths = np.bincount(kept // width, minlength=len(persons))
    return Votes(
        persons,
        texts,
        np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        (kept % width).astype(np.int32),
        values[last],
        len(keys) - len(kept),
    )


def in_order(ids: Sequence[str]) -> list[int]:
    """The places of ``ids``: whole numbers by value first, then the others by their letters."""
    ranks = _numbers(ids) or [_rank(text) for text in ids]
    return sorted(range(len(ids)), key=ranks.__getitem__)


def _numbers(ids: Sequence[str]) -> list[Any]:
    """What the ids are as numbers; empty where not all of them are, which is the slower case."""
    try:
        numbers = list(map(int, ids))
    except ValueError:
        return []
    return numbers if list(map(str, numbers)) == list(ids) and min(numbers, default=0) >= 0 else []


def _rank(text: str) -> tuple[bool, int, str]:
    if text.isdigit() and text.isascii() and (text[0] != "0" or text == "0"):
        return False, int(text), ""
    return True, 0, text


def _in_order(ids: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    if len(set(ids)) < len(ids):
        raise ValueError("an id stands twice")
    order = in_order(ids)
    places = np.empty(len(ids), dtype=np.int64)
    places[order] = np.arange(len(ids))
    return tuple(ids[place] for place in order), places


def _settle(
    places: NDArray[np.int64],
    keys: NDArray[np.int64],
    values: NDArray[np.int8],
    times: NDArray[Any],
) -> None:
    """Where sorted keys stand several times, write the vote that counts to the last of them."""
    order = places[np.lexsort((values[places], times[places], keys[places]))]
    ordered, when, what = keys[order], times[order], values[order]
    same = (np.diff(ordered) == 0) & (np.diff(when) == 0)
    begins = np.flatnonzero(np.append(True, ~same))
    ends = np.append(begins[1:], len(order)) - 1
    what[ends[what[begins] != what[ends]]] = PASS
    values[places] = what
