"""Real figures for a panel's targets: how many people there are, by the panel's own questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from engagement.panels.features import ages_of, can_be_given, fifth_of, is_cut
from engagement.panels.rules import DEPRIVATION, FIFTHS, PLACE
from engagement.places.errors import BandsDoNotNest
from engagement.places.populations import (
    counted_by,
    counts_by_councils,
    residents_by_decile,
    residents_of_each,
)
from engagement.places.queries import census_counts, places_within, provenance
from engagement.places.rules import ReferenceKind, five_ethnic_groups, sum_into_bands

BANDS = {
    "16-24": "age_16_24",
    "25-34": "age_25_34",
    "35-49": "age_35_49",
    "50-64": "age_50_64",
    "65-plus": "age_65_plus",
}
SEXES = ("female", "male")
TENURES = {
    "owned": ("owned_outright", "owned_mortgage", "shared_ownership"),
    "social-rented": ("social_rented",),
    "private-rented": ("private_rented",),
    "other": ("rent_free",),
}
# Said with the source, since such figures are nobody's but ours.
ESTIMATED = "estimated for the area from the shares of its councils"
ALL_AGES = "people of all ages"
HOUSEHOLDS = "households, with people of all ages"
KINDS = {
    "age": ReferenceKind.CENSUS_AGE,
    "sex": ReferenceKind.CENSUS_SEX,
    "ethnic-group": ReferenceKind.CENSUS_ETHNIC_GROUP,
    "disability": ReferenceKind.CENSUS_DISABILITY,
    "tenure": ReferenceKind.CENSUS_TENURE,
}


@dataclass(frozen=True)
class Figures:
    """How many there are of each value, whose figures these are, and how old."""

    counts: Mapping[str, int]
    source: str
    vintage: str


def figures_for(
    key: str, codes: Collection[str], least_age: int | None, most_age: int | None
) -> Figures | None:
    """The figures about a feature in these places; ``None`` where none are imported that tell.

    They are about everybody, while a panel may be for some ages only: bands of nobody who may join
    are left out, and of whom else it is not, the source says so.
    """
    found = _figures_about(key, codes) if codes else None
    if found is None:
        return None
    notes = []
    if key == "age":
        found = replace(found, counts=counts_of_age(key, found.counts, least_age, most_age))
        notes = [_whole(value) for value in found.counts if is_cut(value, least_age, most_age)]
    elif least_age or most_age is not None:
        notes = [HOUSEHOLDS if key == "tenure" else ALL_AGES]
    found = replace(found, source="; ".join([found.source, *notes]))
    return found if any(found.counts.values()) else None


def counts_of_age(
    key: str, counts: Mapping[str, int], least_age: int | None, most_age: int | None
) -> dict[str, int]:
    """The counts without the answers that nobody can give who is of the age that a panel is for."""
    return {
        value: count
        for value, count in counts.items()
        if can_be_given(key, value, least_age, most_age)
    }


def _whole(value: str) -> str:
    youngest, oldest = ages_of(value)
    ages = f"{youngest} and over" if oldest is None else f"{youngest} to {oldest}"
    return f"everybody aged {ages} is counted, those too whom the panel is not for"


def _figures_about(key: str, codes: Collection[str]) -> Figures | None:
    if key in KINDS:
        return _from_census(key, codes)
    kind = counted_by()
    if kind is None:
        return None
    if key == DEPRIVATION:
        counts = dict.fromkeys(FIFTHS, 0)
        for decile, people in residents_by_decile(codes).items():
            counts[fifth_of(decile)] += people
        return _figures(counts, ReferenceKind.DEPRIVATION, kind)
    if key == PLACE:
        inside = [place.code for place in places_within(codes)]
        return _figures(residents_of_each(inside or codes, codes), kind)
    return None


def _from_census(key: str, codes: Collection[str]) -> Figures | None:
    found, estimated = census_counts(KINDS[key], codes), False
    if not found:
        found, estimated = counts_by_councils(KINDS[key], codes), True
    if not found:
        return None
    counts = by_answers(key, found)
    if counts is None:
        return None
    figures = _figures(counts, KINDS[key])
    if figures and estimated:
        return replace(figures, source=f"{figures.source}; {ESTIMATED}")
    return figures


def by_answers(key: str, found: Mapping[str, int]) -> dict[str, int] | None:
    """Counts of a census table by the answers to our question about the same; ``None`` where its
    age bands are others than ours."""
    if key == "age":
        try:
            bands = sum_into_bands(found, list(BANDS.values()))
        except BandsDoNotNest:
            return None
        return {value: bands[band] for value, band in BANDS.items()}
    if key == "ethnic-group":
        return five_ethnic_groups(found)
    if key == "disability":
        return {"disabled": found.get("disabled", 0), "not-limited": found.get("not_disabled", 0)}
    if key == "tenure":
        return {
            value: sum(found.get(part, 0) for part in parts) for value, parts in TENURES.items()
        }
    return {value: found.get(value, 0) for value in SEXES}


def _figures(counts: Mapping[str, int], *kinds: ReferenceKind) -> Figures | None:
    sets = [found for kind in kinds if (found := provenance(kind))]
    if not any(counts.values()) or not sets:
        return None
    return Figures(
        counts,
        "; ".join(f"{found.title}, {found.publisher}" for found in sets),
        "; ".join(found.vintage for found in sets),
    )
