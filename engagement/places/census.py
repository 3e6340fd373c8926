"""The census's categories under one vocabulary, whichever file they come from.

Tidy files use the vocabulary itself as headings. The bulk files of Nomis write a category as
“topic: group: sub-group”, and have the groups beside their sub-groups: only what has no
sub-groups in the file is counted, so that nobody is counted twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engagement.places.rules import ReferenceKind, band_ends, band_name, finest_bands

TOTAL = "total"
_AGE = "age"
_TOPICS: Mapping[ReferenceKind, str] = {
    ReferenceKind.CENSUS_AGE: _AGE,
    ReferenceKind.CENSUS_SEX: "sex",
    ReferenceKind.CENSUS_ETHNIC_GROUP: "ethnic group",
    ReferenceKind.CENSUS_DISABILITY: "disability",
    ReferenceKind.CENSUS_TENURE: "tenure of household",
}
_ASIAN = "asian, asian british or asian welsh"
_BLACK = "black, black british, black welsh, caribbean or african"
_MIXED = "mixed or multiple ethnic groups"
# What Nomis writes, to our category; one that has no entry takes that of its group.
_NAMES: Mapping[ReferenceKind, Mapping[str, str]] = {
    ReferenceKind.CENSUS_AGE: {},
    ReferenceKind.CENSUS_SEX: {"female": "female", "male": "male"},
    ReferenceKind.CENSUS_ETHNIC_GROUP: {
        _ASIAN: "asian",
        f"{_ASIAN}: bangladeshi": "asian_bangladeshi",
        f"{_ASIAN}: chinese": "asian_chinese",
        f"{_ASIAN}: indian": "asian_indian",
        f"{_ASIAN}: pakistani": "asian_pakistani",
        f"{_ASIAN}: other asian": "asian_other_asian",
        _BLACK: "black",
        f"{_BLACK}: african": "black_african",
        f"{_BLACK}: caribbean": "black_caribbean",
        f"{_BLACK}: other black": "black_other_black",
        _MIXED: "mixed",
        f"{_MIXED}: white and asian": "mixed_white_and_asian",
        f"{_MIXED}: white and black african": "mixed_white_and_black_african",
        f"{_MIXED}: white and black caribbean": "mixed_white_and_black_caribbean",
        f"{_MIXED}: other mixed or multiple ethnic groups": (
            "mixed_other_mixed_or_multiple_ethnic_groups"
        ),
        "white": "white",
        "white: english, welsh, scottish, northern irish or british": (
            "white_english_welsh_scottish_northern_irish_or_british"
        ),
        "white: irish": "white_irish",
        "white: gypsy or irish traveller": "white_gypsy_or_irish_traveller",
        "white: roma": "white_roma",
        "white: other white": "white_other_white",
        "other ethnic group": "other",
        "other ethnic group: arab": "other_arab",
        "other ethnic group: any other ethnic group": "other_any_other_ethnic_group",
    },
    ReferenceKind.CENSUS_DISABILITY: {
        "disabled under the equality act": "disabled",
        "not disabled under the equality act": "not_disabled",
    },
    ReferenceKind.CENSUS_TENURE: {
        "owned: owns outright": "owned_outright",
        "owned: owns with a mortgage or loan": "owned_mortgage",
        "shared ownership": "shared_ownership",
        "social rented": "social_rented",
        "private rented": "private_rented",
        "lives rent free": "rent_free",
    },
}
# Topics of files with a row for each category; the finest where there are several.
LONG_TOPICS: Mapping[ReferenceKind, tuple[str, ...]] = {
    ReferenceKind.CENSUS_AGE: ("age_5_year", "age"),
    ReferenceKind.CENSUS_SEX: ("sex",),
    ReferenceKind.CENSUS_ETHNIC_GROUP: ("ethnic_group_19", "ethnic_group_5", "ethnic_group"),
    ReferenceKind.CENSUS_DISABILITY: ("disability",),
    ReferenceKind.CENSUS_TENURE: ("tenure",),
}


@dataclass(frozen=True)
class Columns:
    """Where the counts of a file with a column for each category stand.

    ``counted`` are places in a row with their category (several may share one), ``total`` is the
    place of the table's total, ``unknown`` are headings that no category is known for.
    """

    counted: tuple[tuple[int, str], ...]
    total: int | None
    unknown: tuple[str, ...]


def is_category(kind: ReferenceKind, word: str) -> bool:
    """Whether a word is one of our categories of a census table."""
    if kind is ReferenceKind.CENSUS_AGE:
        return band_ends(word) is not None
    return word in _NAMES[kind].values()


def needed(kind: ReferenceKind) -> frozenset[str]:
    """The categories that a table must have, where they are fixed."""
    if kind in (ReferenceKind.CENSUS_AGE, ReferenceKind.CENSUS_ETHNIC_GROUP):
        return frozenset()
    return frozenset(_NAMES[kind].values())


def columns_of(kind: ReferenceKind, names: Sequence[str]) -> Columns:
    """Find the columns to count; ``names`` are the headings as ``normal_header`` gives them."""
    parts = {place: part for place, name in enumerate(names) if (part := _part(kind, name))}
    total = next((place for place, part in parts.items() if part == TOTAL), None)
    told = {place: part for place, part in parts.items() if part != TOTAL}
    leaves = {
        place: part
        for place, part in told.items()
        if not any(other.startswith(f"{part}:") for other in told.values())
    }
    found = {place: _category(kind, part) for place, part in leaves.items()}
    unknown = tuple(names[place] for place, category in found.items() if category is None)
    counted = {place: category for place, category in found.items() if category}
    if kind is ReferenceKind.CENSUS_AGE:
        finest = set(finest_bands(counted.values()))
        counted = {place: band for place, band in counted.items() if band in finest}
    return Columns(tuple(counted.items()), total, unknown)


def _part(kind: ReferenceKind, name: str) -> str | None:
    """A heading without its topic; ``None`` for a column that is not of this topic."""
    if is_category(kind, name):
        return name
    if kind is ReferenceKind.CENSUS_AGE:
        name = name.removeprefix("sex: all persons; ")
    elif kind is ReferenceKind.CENSUS_SEX and "; age: " in name:
        name, _, age = name.partition("; age: ")  # sex by age: its totals by sex
        if age != TOTAL:
            return None
    topic, colon, part = name.partition(": ")
    if not colon or topic != _TOPICS[kind]:
        return TOTAL if name == TOTAL else None
    return TOTAL if part.startswith(TOTAL) or part == "all persons" else part


def _category(kind: ReferenceKind, part: str) -> str | None:
    if is_category(kind, part):
        return part
    if kind is ReferenceKind.CENSUS_AGE:
        return _band(part)
    names = _NAMES[kind]
    group = part
    while group not in names and ": " in group:
        group = group.rpartition(": ")[0]
    return names.get(group)


def _band(part: str) -> str | None:
    """“aged 16 to 19 years”, “aged 85 years and over”, “aged under 1 year” as a band."""
    ages = [int(age) for age in re.findall(r"\d+", part)]
    if not part.startswith("aged ") or not 1 <= len(ages) <= 2:
        return None
    if "under 1 year" in part:
        return band_name(0, 0)
    if "and under" in part:
        return band_name(0, ages[0])
    if "and over" in part:
        return f"age_{ages[0]}_plus"
    return band_name(ages[0], ages[-1])
