"""The first stage: which addresses get a letter, and how many letters it takes.

What is known here is an address's chance of a letter. It is not a person's: who lives with three
others at an address shares its one letter, and whoever has no fixed address gets none.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import accumulate, pairwise
from math import ceil, lcm
from typing import TYPE_CHECKING

from engagement.methods.sortition.chance import BLOCK, Chance
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.reading import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME, VERSION = "Stratified lottery of addresses", "1"
MOST_STRATA = 10_000
_NUMBER = 16  # bytes kept of an address's number: two of a million never agree by accident
_WORD = re.compile(r"[^\W_]+")
_PLAIN = bytes(ord(chr(at).lower()) if at < 128 and chr(at).isalnum() else 32 for at in range(256))

Address = tuple[int, str, tuple[str, ...]]
"""The number of a row, the text of its address, and its value in each column of the strata."""
Boosts = Mapping[tuple[str, str], Fraction]
"""By column and value, how many times an address's chance is that of one without a boost."""


@dataclass(frozen=True)
class Stratum:
    """Addresses that agree in the columns of the strata, and so have the same chance.

    ``weight``: the product of their boosts. ``expected``: letters on average over all seeds;
    ``letters``: with this seed, which is ``expected`` rounded down or up.
    """

    values: tuple[str, ...]
    addresses: int
    weight: Fraction
    expected: Fraction
    letters: int

    @property
    def probability(self) -> Fraction:
        """The chance of each of these addresses of a letter, before the seed is known: 0 to 1."""
        return self.expected / self.addresses


@dataclass(frozen=True, eq=False)
class Mailing:
    """Who gets a letter.

    ``strata`` sorted by their values; ``rows``: int array (letters,), the numbers of the rows
    chosen, ascending; ``stratum_of``: int array (letters,), the index of the stratum of each.
    ``merged``: rows left out because an earlier one has the same address; ``invited``: because
    they were invited before.
    """

    strata: tuple[Stratum, ...]
    rows: NDArray[np.int64]
    stratum_of: NDArray[np.int64]
    merged: int
    invited: int


def plain_address(text: str) -> bytes:
    """An address without case, punctuation and width of spaces, as UTF-8; may be empty."""
    if text.isascii():  # by far the most, and four times as fast so
        return b" ".join(text.encode().translate(_PLAIN).split())
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return " ".join(words).encode("utf-8", "surrogatepass")


def draw_letters(
    addresses: Iterable[Address],
    letters: int,
    seed: str,
    *,
    name: str = "addresses",
    columns: Sequence[str] = (),
    boosts: Boosts | None = None,
    invited: Iterable[str] = (),
) -> Mailing:
    """Draw exactly ``letters`` addresses; one pass over ``addresses``, some 40 bytes kept of each.

    Addresses of one stratum have exactly the same chance, and between strata chances are as their
    ``boosts`` (over 0), but for those that reach 1: what these cannot take goes to the others.
    ``columns`` name what the strata are made of; ``invited``: addresses that are left out, because
    they had a letter before. Addresses that ``plain_address`` makes equal are one.

    The number of an address is the first draw of ``Chance(seed + ":" + plain address)``, and the
    lowest numbers of a stratum get its letters. So the same seed and the same addresses give the
    same letters, in whatever order the rows stand; of equal addresses the first row is written.
    The letters of each stratum are its expected number rounded down or up with one draw of
    ``Chance(seed)``, systematically, so that the average over all seeds is exactly what is expected
    and the sum is exactly ``letters``.

    Sources: Ohlsson 1995, Coordination of samples using permanent random numbers; Madow 1949, On
    the theory of systematic sampling, II. Raises ``SelectionRefused``: empty addresses, one
    address in two strata, more letters than addresses, a boost for a value that nobody has,
    more than 10,000 strata.
    """
    frame = _Frame(seed, name, columns)
    frame.leave_out(invited)
    frame.gather(addresses)
    return frame.draw(letters, boosts or {})


def allocate(addresses: Sequence[int], weights: Sequence[Fraction], letters: int) -> list[Fraction]:
    """The expected letters of each stratum, exactly: in proportion to addresses times weight.

    A stratum never expects more letters than it has addresses; what is over goes to the others, in
    the same proportion. They sum to ``letters``, which is at most the sum of ``addresses``.
    """
    expected = [Fraction(count) for count in addresses]
    free = set(range(len(addresses)))
    left = Fraction(letters)
    while free:
        rate = left / sum(addresses[at] * weights[at] for at in free)
        full = {at for at in free if rate * weights[at] >= 1}
        if not full:
            for at in free:
                expected[at] = rate * weights[at] * addresses[at]
            break
        left -= sum(addresses[at] for at in full)
        free -= full
    return expected


def round_together(expected: Sequence[Fraction], chance: Chance) -> list[int]:
    """Round each down or up, so that the average over seeds is exact and the sum does not change.

    The sums up to each are laid on a line, and one draw shifts the whole numbers on it.
    Raises ``ValueError`` where the sum is not whole or the common denominator is over 2**64.
    """
    ends = list(accumulate(expected, initial=Fraction(0)))
    parts = lcm(*(end.denominator for end in ends))
    if ends[-1].denominator != 1 or parts > BLOCK:
        raise ValueError("expected must sum to a whole number, in parts of at most 2**64")
    shift = Fraction(chance.below(parts), parts)
    marks = [(end + shift).__floor__() for end in ends]
    return [after - before for before, after in pairwise(marks)]


@dataclass(frozen=True)
class Group:
    """People whose answers are needed.

    ``seats``: to be filled from them (the least of a target). ``share``: which part of all letters
    reaches them, 0 to 1: their part of the population, or of the letters after boosts.
    ``response``: registrants for each letter that reaches them, as from an earlier mailing.
    """

    name: str
    seats: int
    share: Fraction | float
    response: Fraction | float


@dataclass(frozen=True)
class Need:
    """What one group needs: ``registrants`` in all, and the ``letters`` to everybody for that."""

    group: Group
    registrants: int
    letters: int

    def __str__(self) -> str:
        rate = f"{float(self.group.share):.1%} of letters reach them and"
        return (
            f"{self.group.name}: {self.registrants:,} registrants wanted; {rate} "
            f"{float(self.group.response):.1%} answer: {self.letters:,} letters"
        )


def letters_needed(groups: Sequence[Group], registrants_per_seat: int = 1) -> tuple[Need, ...]:
    """How many letters each group needs, the most first: that of the first is enough for all.

    letters = registrants wanted / (share * response), rounded up, where registrants wanted = seats
    * ``registrants_per_seat``. It is an average: with one registrant for each seat, half of all
    mailings fall short, so ask for several. Groups of different features overlap, which does no
    harm: a letter counts in each of them.

    Raises ``SelectionRefused`` for a share or response that is not over 0 (nobody would answer,
    however many letters) where seats are to be filled, or a share over 1; ``ValueError`` for
    ``registrants_per_seat`` under 1.
    """
    if registrants_per_seat < 1:
        raise ValueError("registrants_per_seat must be 1 or more")
    faults = [
        Fault("groups", 0, what, f"{group.name}: {problem}")
        for group in groups
        for what, problem in _problems(group)
    ]
    if faults:
        raise SelectionRefused(faults)
    needs = []
    for group in groups:
        wanted = group.seats * registrants_per_seat
        rate = _exact(group.share) * _exact(group.response)
        needs.append(Need(group, wanted, ceil(wanted / rate) if wanted else 0))
    return tuple(sorted(needs, key=lambda need: -need.letters))


def _problems(group: Group) -> Iterable[tuple[str, str]]:
    share, response = _exact(group.share), _exact(group.response)
    if group.seats < 0:
        yield "seats", f"{group.seats} seats cannot be; write 0 or more"
    if not 0 <= share <= 1:
        yield "share", f"the share is {float(share):g}; write a part of 1, such as 0.2"
    if response < 0:
        yield "response", f"the response is {float(response):g}; write a rate such as 0.02"
    if group.seats > 0 and share == 0:
        yield "share", "no letter reaches them, so that letters fill no seat; reach them otherwise"
    if group.seats > 0 and response == 0:
        yield "response", "nobody is expected to answer a letter; reach them otherwise"


def _exact(number: Fraction | float) -> Fraction:
    return number if isinstance(number, Fraction) else Fraction(str(number))


class _Frame:
    """The addresses while they are gathered."""

    def __init__(self, seed: str, name: str, columns: Sequence[str]) -> None:
        self.chance = Chance(seed)
        self.start = f"{seed}:".encode()
        self.name, self.columns = name, tuple(columns)
        self.left_out: set[bytes] = set()
        self.invited = 0
        self.numbers = bytearray()
        self.rows = array("q")
        self.strata = array("q")
        self.number_of: dict[tuple[str, ...], int] = {}
        self.spellings: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.faults: list[Fault] = []

    def fault(self, row: int, column: str, problem: str) -> None:
        self.faults.append(Fault(self.name, row, column, problem))

    def number(self, address: bytes) -> bytes:
        return sha256(self.start + address + b":0").digest()[:_NUMBER]

    def leave_out(self, invited: Iterable[str]) -> None:
        self.left_out = {self.number(plain_address(text)) for text in invited}

    def gather(self, addresses: Iterable[Address]) -> None:
        known: dict[tuple[str, ...], int] = {}
        number, left_out = self.number, self.left_out
        for row, text, values in addresses:
            address = plain_address(text)
            if not address:
                self.fault(row, "", "has no address; write it, or take the row out")
                continue
            drawn = number(address)
            if left_out and drawn in left_out:
                self.invited += 1
                continue
            if (stratum := known.get(values)) is None:
                stratum = known[values] = self._stratum(values)
            self.numbers += drawn
            self.rows.append(row)
            self.strata.append(stratum)
        if self.faults:
            raise SelectionRefused(self.faults)

    def _stratum(self, values: tuple[str, ...]) -> int:
        values = tuple(map(str.strip, values))
        key = tuple(map(fold, values))
        if len(self.number_of) >= MOST_STRATA and key not in self.number_of:
            named = " and ".join(f"“{column}”" for column in self.columns)
            words = f"there are more than {MOST_STRATA:,} strata; name columns of fewer values"
            raise SelectionRefused([Fault(self.name, 0, "", f"{named}: {words}")])
        # The first in the alphabet, not in the file, whose order must not matter.
        self.spellings[key] = min(self.spellings.get(key, values), values)
        return self.number_of.setdefault(key, len(self.number_of))

    def draw(self, letters: int, boosts: Boosts) -> Mailing:
        import numpy as np

        halves = np.frombuffer(self.numbers, dtype=">u8").astype(np.uint64).reshape(-1, 2)
        order = np.lexsort((halves[:, 1], halves[:, 0]))
        rows = np.array(self.rows, dtype=np.int64)[order]
        keys = sorted(self.number_of)
        place = np.empty(len(keys), dtype=np.int64)
        place[[self.number_of[key] for key in keys]] = np.arange(len(keys))
        strata = place[np.array(self.strata, dtype=np.int64)[order]]
        again = np.zeros(len(order), dtype=bool)
        again[1:] = (halves[order[1:]] == halves[order[:-1]]).all(axis=1)
        self._check(rows, strata, again)
        rows, strata = rows[~again], strata[~again]
        counts = np.bincount(strata, minlength=len(keys)).tolist()
        weights = self._weights(keys, boosts)
        if not 0 < letters <= len(rows):
            words = f"{letters:,} letters cannot go to {len(rows):,} addresses"
            self.fault(0, "", f"{words}; write a number from 1 to {len(rows):,}")
        if self.faults:
            raise SelectionRefused(self.faults)
        expected = allocate(counts, weights, letters)
        try:
            shares = round_together(expected, self.chance)
        except ValueError as error:
            words = "the boosts have too many digits; round them to whole numbers or tenths"
            raise SelectionRefused([Fault(self.name, 0, "", words)]) from error
        # Stable: within a stratum the addresses stay in the order of their numbers.
        by_stratum = np.argsort(strata, kind="stable")
        begins = np.cumsum([0, *counts[:-1]])
        taken = [by_stratum[at : at + share] for at, share in zip(begins, shares, strict=True)]
        chosen = np.concatenate(taken)
        chosen = chosen[np.argsort(rows[chosen])]
        return Mailing(
            tuple(
                Stratum(self.spellings[key], *numbers)
                for key, *numbers in zip(keys, counts, weights, expected, shares, strict=True)
            ),
            rows[chosen],
            strata[chosen],
            int(again.sum()),
            self.invited,
        )

    def _check(
        self, rows: NDArray[np.int64], strata: NDArray[np.int64], again: NDArray[np.bool_]
    ) -> None:
        """One address, one stratum; otherwise its chance would be that of two."""
        first = 0
        for at in again.nonzero()[0].tolist():
            first = first if again[at - 1] else at - 1
            if strata[at] != strata[first]:
                named = ", ".join(f"“{column}”" for column in self.columns)
                words = f"has the address of row {rows[first]}, and another value of {named}"
                self.fault(int(rows[at]), "", f"{words}; correct or remove one of them")
        self.faults.sort(key=lambda fault: fault.row)

    def _weights(self, keys: Sequence[tuple[str, ...]], boosts: Boosts) -> list[Fraction]:
        weights = [Fraction(1)] * len(keys)
        for (column, value), boost in boosts.items():
            at = self.columns.index(column)
            if boost <= 0:
                words = f"a boost must be over 0, not {boost}; leave rows out to leave them out"
                self.fault(0, column, words)
            found = [number for number, key in enumerate(keys) if key[at] == fold(value)]
            if not found:
                self.fault(0, column, f"no address has “{value}”; correct the boost")
            for number in found:
                weights[number] *= boost
        return weights
