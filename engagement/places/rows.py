"""What each row of a file becomes, and every fault that is found on the way."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engagement.extensions import Base
from engagement.places.errors import MOST_SHOWN, Fault, FileRefused
from engagement.places.formats import DOMAINS, Recognised
from engagement.places.models import (
    Deprivation,
    IndicatorValue,
    Place,
    Postcode,
    SmallArea,
)
from engagement.places.rules import (
    BEGINNINGS,
    COUNTRY,
    COUNTY,
    DECILES,
    LSOAS_IN_ENGLAND,
    SMALL_AREA,
    SUCCESSORS,
    PlaceKind,
    ReferenceKind,
    decile_of,
    is_elsewhere,
    kind_of_code,
    normal_postcode,
    uneven_deciles,
)


@dataclass(frozen=True)
class Known:
    """The codes of each kind of place that are imported already; a kind that is not is absent.

    ``partly`` are the kinds of which a part of England is imported on purpose.
    """

    codes: Mapping[str, Collection[str]]
    partly: frozenset[str] = frozenset()


OUTSIDE = "outside the imported part of England"
ELSEWHERE = "not in England"
ENDED = "no longer in use"
OTHER_TOPIC = "of another topic"
_QUOTED = 40
_DIGITS = 10
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?(e-?[0-9]{1,2})?", re.IGNORECASE)


class Faults:
    """Collects faults: the first ``MOST_SHOWN``, and how many more there are."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.more = 0

    def add(self, problem: str, row: int | None = None, column: str = "") -> None:
        """Note one fault."""
        if len(self.found) < MOST_SHOWN:
            self.found.append(Fault(problem, row, column))
        else:
            self.more += 1

    def stop_if_any(self) -> None:
        """Raise ``FileRefused`` if there is a fault."""
        if self.found:
            raise FileRefused(self.found, self.more)


class Rows:
    """Turns the rows of one file into rows of our tables, in ``made``, and checks them.

    ``areas`` are the codes that the file is about, ``left_out`` counts what was passed over by
    reason, ``warnings`` is what the reader should know though it is no fault.
    """

    def __init__(self, layout: Recognised, known: Known, partial: bool, faults: Faults) -> None:
        self.layout, self.known, self.partial, self.faults = layout, known, partial, faults
        self.made: defaultdict[type[Base], list[dict[str, Any]]] = defaultdict(list)
        self.areas: dict[str, int] = {}
        self.left_out: Counter[str] = Counter()
        self.warnings: list[str] = []
        self.taken = self.number = 0
        self.cells: list[str] = []

    def take(self, number: int, cells: list[str]) -> None:
        """Take one row; one about somewhere else in the United Kingdom is left out."""
        self.number, self.cells = number, cells
        if is_elsewhere(self.text("code")):
            self.left_out[ELSEWHERE] += 1
            return
        self.taken += 1
        self.turn()

    def turn(self) -> None:
        """Turn the present row into rows of our tables."""
        raise NotImplementedError

    def finish(self) -> None:
        """Check the file as a whole, after its last row."""
        self.check_count()

    # What a cell holds; ``None`` after a fault was noted.

    def text(self, column: str) -> str:
        place = self.layout.places.get(column)
        return self.cells[place].strip() if place is not None else ""

    def fault(self, column: str, problem: str) -> None:
        self.faults.add(problem, self.number, self.layout.name_of(column))

    def name(self, column: str) -> str | None:
        if text := self.text(column):
            return text
        self.fault(column, "is empty; write the name")
        return None

    def code(self, column: str, *kinds: str) -> str | None:
        """A code of one of these kinds, the present one where it has been replaced."""
        text = self.text(column)
        kind = kind_of_code(text)
        if kind not in kinds:
            starts = ", ".join(start for kind in kinds for start in BEGINNINGS[kind])
            wanted = f"a code like E01000001 that begins with {starts}"
            self.fault(column, f"“{text[:_QUOTED]}” is not {wanted}" if text else f"write {wanted}")
            return None
        return self.known_code(column, text, kind)

    def known_code(self, column: str, code: str, kind: str) -> str | None:
        known = self.known.codes.get(kind)
        if known is None or code in known:
            return code
        successor = SUCCESSORS.get(code)
        if successor in known:
            return successor
        if kind in self.known.partly:
            self.left_out[OUTSIDE] += 1
            return None
        self.fault(column, f"{code} is not among the imported places of the kind “{kind}”")
        return None

    def whole(self, column: str, least: int = 0, most: int | None = None) -> int | None:
        return self.whole_at(self.layout.places[column], self.layout.name_of(column), least, most)

    def whole_at(
        self, place: int, name: str, least: int = 0, most: int | None = None
    ) -> int | None:
        text = self.cells[place].strip()
        if text.isascii() and text.isdigit() and len(text) < _DIGITS:
            value = int(text)
            if value >= least and (most is None or value <= most):
                return value
        wanted = f"from {least} to {most}" if most else f"of {least} or more"
        self.faults.add(f"“{text[:_QUOTED]}” is not a whole number {wanted}", self.number, name)
        return None

    def decimal(self, column: str) -> float | None:
        text = self.text(column)
        if _DECIMAL.fullmatch(text):
            return float(text)
        self.fault(column, f"“{text[:_QUOTED]}” is not a number")
        return None

    def first_time(self, column: str, key: str, shown: str = "") -> bool:
        """Note what the row is about; a second row about the same is a fault."""
        if key not in self.areas:
            self.areas[key] = self.number
            return True
        said = f"{shown or key} stands in row {self.areas[key]} already; keep one of the two"
        self.fault(column, said)
        return False

    # The file as a whole.

    def check_count(self) -> None:
        """Whether all of England is there, or all that is imported of it already."""
        if not self.taken:
            self.faults.add("the file has a header and no rows of England; download it again")
        if self.partial or not self.areas:
            return
        form = self.layout.format
        if form.count is not None and len(self.areas) != form.count:
            problem = f"has {len(self.areas):,} areas of England’s {form.count:,}"
            if form.year in (None, self.layout.year) or self.layout.year is None:
                self.faults.add(f"{problem}; if it is meant to cover a part, say --partial")
            else:
                self.warnings.append(f"{problem} in 20{form.year}")


class Places(Rows):
    """ICBs, their parts, local authorities with regions, wards: once each, however often told."""

    kinds: Mapping[ReferenceKind, tuple[PlaceKind, PlaceKind | None]] = {
        ReferenceKind.ICBS: (PlaceKind.ICB, None),
        ReferenceKind.SUB_ICBS: (PlaceKind.SUB_ICB, PlaceKind.ICB),
        ReferenceKind.LOCAL_AUTHORITIES: (PlaceKind.LOCAL_AUTHORITY, PlaceKind.REGION),
        ReferenceKind.WARDS: (PlaceKind.WARD, PlaceKind.LOCAL_AUTHORITY),
    }

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._told: dict[str, tuple[str, str | None]] = {}

    def turn(self) -> None:
        kind, around = self.kinds[self.layout.format.kind]
        code, name = self.code("code", kind), self.name("name")
        within = self.code("within", around) if around and self.text("within") else None
        if around and not within and "within" in self.layout.format.columns:
            if not self.text("within"):
                self.fault("within", "is empty; write the code of the place around it")
            return
        if code is None or name is None:
            return
        self._tell(kind, code, name, within)
        self.areas.setdefault(code, self.number)
        if around is PlaceKind.REGION and within:
            self._tell(around, within, self.text("within name") or within, None)

    def _tell(self, kind: PlaceKind, code: str, name: str, within: str | None) -> None:
        told = self._told.get(code)
        if told is None:
            self._told[code] = name, within
            self.made[Place].append(
                {"code": code, "kind": kind, "name": name, "within_code": within}
            )
        elif told != (name, within):
            said = "has another name or lies elsewhere in an earlier row; keep what is right"
            self.fault("code", f"{code} {said}")


class SmallAreas(Rows):
    """LSOAs with the places that they lie in."""

    def turn(self) -> None:
        code, name = self.code("code", SMALL_AREA), self.name("name")
        ward = self.code("ward", PlaceKind.WARD)
        authority = self.code("local authority", PlaceKind.LOCAL_AUTHORITY)
        health = {
            column: self.code(column, kind)
            for column, kind in (("sub-icb", PlaceKind.SUB_ICB), ("icb", PlaceKind.ICB))
            if column in self.layout.places
        }
        whole = ward and authority and None not in health.values()
        if code and self.first_time("code", code) and whole:
            self.made[SmallArea].append(
                {
                    "code": code,
                    "name": name,
                    "ward_code": ward,
                    "local_authority_code": authority,
                    "sub_icb_code": health.get("sub-icb"),
                    "icb_code": health.get("icb"),
                }
            )


class HealthParts(Rows):
    """The ICB, and the part of it, that each imported LSOA lies in."""

    def turn(self) -> None:
        code = self.code("code", SMALL_AREA)
        part, icb = self.code("sub-icb", PlaceKind.SUB_ICB), self.code("icb", PlaceKind.ICB)
        if code and self.first_time("code", code) and part and icb:
            self.made[SmallArea].append({"lsoa": code, "sub_icb_code": part, "icb_code": icb})


class DeprivationRows(Rows):
    """Score, rank and decile of each LSOA, with the deciles of the domains."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._ranks: dict[int, int] = {}
        self._deciles: dict[str, Counter[int]] = defaultdict(Counter)
        self._domains = [name for name in DOMAINS if name in self.layout.places]

    def turn(self) -> None:
        code, score = self.code("code", SMALL_AREA), self.decimal("score")
        rank = self.whole("rank", 1, LSOAS_IN_ENGLAND)
        decile = self.whole("decile", 1, DECILES)
        domains = {name: self.whole(name, 1, DECILES) for name in self._domains}
        for name, value in {"decile": decile, **domains}.items():
            if value:
                self._deciles[name][value] += 1
        if rank:
            self._check_rank(rank, decile)
        if code and self.first_time("code", code):
            self.made[Deprivation].append(
                {
                    "lsoa_code": code,
                    "score": score,
                    "rank": rank,
                    "decile": decile,
                    "domains": domains,
                }
            )

    def _check_rank(self, rank: int, decile: int | None) -> None:
        if rank in self._ranks:
            said = f"rank {rank} stands in row {self._ranks[rank]} already; each rank occurs once"
            self.fault("rank", said)
            return
        self._ranks[rank] = self.number
        if decile and decile != (right := decile_of(rank, LSOAS_IN_ENGLAND)):
            said = f"decile {decile} does not follow from rank {rank}, which is in decile {right}"
            self.fault("decile", said)

    def finish(self) -> None:
        super().finish()
        if self.partial or len(self.areas) != LSOAS_IN_ENGLAND:
            return
        for name, counts in self._deciles.items():
            for decile in uneven_deciles(counts):
                self.faults.add(
                    f"decile {decile} holds {counts[decile]:,} of {sum(counts.values()):,} areas,"
                    " not about a tenth; download the file again",
                    column=self.layout.name_of(name),
                )


class Indicators(Rows):
    """Published figures about places of several kinds, as they are."""

    kinds = (
        PlaceKind.LOCAL_AUTHORITY,
        PlaceKind.ICB,
        PlaceKind.REGION,
        COUNTY,
        COUNTRY,
        PlaceKind.WARD,
        SMALL_AREA,
        PlaceKind.SUB_ICB,
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._gone: set[str] = set()

    def known_code(self, column: str, code: str, kind: str) -> str | None:
        # A rate of what was merged since is no rate of what it became: it keeps its own code.
        known = self.known.codes.get(kind)
        if known is not None and code not in known:
            self._gone.add(code)
        return code

    def turn(self) -> None:
        code, value = self.code("code", *self.kinds), self.decimal("value")
        indicator, period = self.name("indicator"), self.name("period")
        if code and indicator and period:
            if len(indicator) > 120 or len(period) > 20:
                self.fault("indicator", "is too long: 120 letters, and 20 for the period")
            elif self.first_time("code", f"{code} {indicator} {period}"):
                self.made[IndicatorValue].append(
                    {
                        "place_code": code,
                        "indicator": indicator.replace("_", " "),
                        "period": period,
                        "unit": self.text("unit") or self.layout.format.unit,
                        "value": value,
                    }
                )

    def finish(self) -> None:
        super().finish()
        if self._gone:
            self.warnings.append(
                f"{len(self._gone)} codes are not among the imported places (areas that have been"
                f" merged since, for instance {min(self._gone)}); their figures are kept as they"
                " are"
            )


class Postcodes(Rows):
    """Live English postcodes. None is ever named in a fault: the row says which."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # As numbers, for the millions of them take little room so.
        self._codes, self._rows = array("Q"), array("Q")

    def take(self, number: int, cells: list[str]) -> None:
        self.number, self.cells = number, cells
        if self.text("ended"):
            self.left_out[ENDED] += 1
        elif is_elsewhere(self.text("code")) or not self.text("code"):
            self.left_out[ELSEWHERE] += 1
        else:
            self.taken += 1
            self.turn()

    def turn(self) -> None:
        postcode, area = normal_postcode(self.text("postcode")), self.code("code", SMALL_AREA)
        if postcode is None:
            self.fault("postcode", "is not a postcode")
        elif area:
            self._codes.append(int(postcode, 36))
            self._rows.append(self.number)
            self.made[Postcode].append({"code": postcode, "lsoa_code": area})

    def finish(self) -> None:
        codes, rows = np.array(self._codes), np.array(self._rows)
        order = np.argsort(codes, kind="stable")
        for place in np.flatnonzero(codes[order][1:] == codes[order][:-1]):
            first, again = int(rows[order[place]]), int(rows[order[place + 1]])
            said = f"is the same postcode as in row {first}; keep one of the two"
            self.faults.add(said, again, self.layout.name_of("postcode"))
        if not self.taken:
            self.faults.add("the file has no live postcode of England; download it again")
