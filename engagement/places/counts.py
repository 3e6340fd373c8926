"""Rows of census tables: the counts of each place by category."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from engagement.places.census import LONG_TOPICS, columns_of, is_category, needed
from engagement.places.models import CensusCount
from engagement.places.reading import normal_header
from engagement.places.rows import Rows
from engagement.places.rules import (
    HOUSEHOLDS_IN_ENGLAND,
    LSOAS_IN_ENGLAND,
    NOISE_IN_AN_AREA,
    NOISE_IN_ENGLAND,
    OLDEST,
    RESIDENTS_IN_ENGLAND,
    SMALL_AREA,
    PlaceKind,
    ReferenceKind,
    band_ends,
    kind_of_code,
)

OTHER_TOPIC = "of another topic"
# How many areas of each kind a whole file has: local authorities of 2024, of 2021.
WHOLE = {SMALL_AREA: {LSOAS_IN_ENGLAND}, PlaceKind.LOCAL_AUTHORITY: {296, 309}}
KINDS = (SMALL_AREA, PlaceKind.LOCAL_AUTHORITY, PlaceKind.WARD, PlaceKind.REGION)


class Counts(Rows):
    """What both layouts share: one kind of area, and what England adds up to.

    Areas that have been merged since are summed into what they are part of now.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.kind = self.layout.format.kind
        self.areas_are: str | None = None
        self.all_counted = 0
        self._merged: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def area(self) -> str | None:
        """The area of the present row, where it is of the same kind as all before it."""
        kind = kind_of_code(self.text("code"))
        if self.areas_are is None and kind in KINDS:
            self.areas_are = kind
        if kind in KINDS and kind != self.areas_are:
            said = f"a {kind} among areas of the kind “{self.areas_are}”; import one kind at a time"
            self.fault("code", said)
            return None
        return self.code("code", *KINDS)

    def keep(self, area: str, counts: Counter[str]) -> None:
        """Keep the counts of one area."""
        self.all_counted += counts.total()
        if self.areas_are == SMALL_AREA:
            self._make(area, counts)
        else:
            self._merged[area].update(counts)

    def _make(self, area: str, counts: Counter[str]) -> None:
        self.made[CensusCount] += [
            {"place_code": area, "category": category, "count": count}
            for category, count in counts.items()
        ]

    def finish(self) -> None:
        super().finish()
        for area, counts in self._merged.items():
            self._make(area, counts)

    def check_count(self) -> None:
        super().check_count()
        whole = WHOLE.get(self.areas_are or "")
        if self.partial or not self.areas or whole is None:
            return
        if len(self.areas) not in whole:
            wanted = " or ".join(f"{count:,}" for count in sorted(whole))
            self.faults.add(
                f"has {len(self.areas):,} areas of England’s {wanted}; if it is meant to cover a"
                " part, say --partial"
            )
            return
        households = self.kind is ReferenceKind.CENSUS_TENURE
        right = HOUSEHOLDS_IN_ENGLAND if households else RESIDENTS_IN_ENGLAND
        if abs(self.all_counted - right) > right * NOISE_IN_ENGLAND:
            who = "households" if households else "residents"
            self.faults.add(
                f"adds up to {self.all_counted:,} {who} of England, but the census counted"
                f" {right:,}; download the file again"
            )


class WideCounts(Counts):
    """A column for each category."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        header = self.layout.header
        self._columns = columns_of(self.kind, [normal_header(name) for name in header])
        categories = {category for _, category in self._columns.counted}
        for name in self._columns.unknown:
            self.faults.add("is no category that is known here", column=name)
        for category in sorted(needed(self.kind) - categories):
            self.faults.add(f"there is no column for the category {category}")
        if self.kind is ReferenceKind.CENSUS_AGE:
            self._check_bands([category for _, category in self._columns.counted])

    def _check_bands(self, bands: list[str]) -> None:
        reached = 0
        for low, high in sorted(ends for band in bands if (ends := band_ends(band))):
            if low != reached:
                self.faults.add(
                    f"ages {min(low, reached)} to {max(low, reached) - 1} are counted"
                    " twice or not at all; take a file with whole age bands"
                )
            reached = high + 1
        if reached != OLDEST + 1:
            self.faults.add(f"ages from {reached} are not counted; take a file with all ages")

    def turn(self) -> None:
        area, header = self.area(), self.layout.header
        counts: Counter[str] = Counter()
        wrong = False
        for place, category in self._columns.counted:
            count = self.whole_at(place, header[place])
            wrong = wrong or count is None
            counts[category] += count or 0
        if not wrong and self._columns.total is not None:
            self._check_total(counts.total(), self._columns.total)
        if area and self.first_time("code", self.text("code")):
            self.keep(area, counts)

    def _check_total(self, summed: int, place: int) -> None:
        total = self.whole_at(place, self.layout.header[place])
        if total is not None and abs(total - summed) > NOISE_IN_AN_AREA:
            self.faults.add(
                f"the categories add up to {summed:,}, but the total is {total:,}; download the"
                " file again",
                self.number,
                self.layout.header[place],
            )


class LongCounts(Counts):
    """A row for each category of each place; of several topics the finest is taken."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._topics: dict[str, dict[str, Counter[str]]] = {}
        self._present: dict[str, str] = {}

    def turn(self) -> None:
        topic = self.text("topic")
        if topic not in LONG_TOPICS[self.kind]:
            self.left_out[OTHER_TOPIC] += 1
            self.taken -= 1
            return
        area, count, category = self.area(), self.whole("count"), self.text("category")
        if not is_category(self.kind, category):
            self.fault("category", f"“{category[:40]}” is no category that is known here")
            return
        if area is None or count is None:
            return
        raw = self.text("code")
        self._present[raw] = area
        counts = self._topics.setdefault(topic, {}).setdefault(raw, Counter())
        if category in counts:
            self.fault("category", f"{category} of {raw} stands in an earlier row already")
        counts[category] = count

    def finish(self) -> None:
        topic = next((topic for topic in LONG_TOPICS[self.kind] if topic in self._topics), None)
        tables = self._topics.get(topic or "", {})
        categories = {category for counts in tables.values() for category in counts}
        categories |= needed(self.kind)
        for raw, counts in tables.items():
            self.areas[raw] = 0
            for category in sorted(categories - set(counts)):
                self.faults.add(f"{raw} has no row for the category {category} of {topic}")
            self.keep(self._present[raw], counts)
        super().finish()
