"""Figures for cards from the imported reference data: what there is, and each about two places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, select

from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.places.errors import BandsDoNotNest
from engagement.places.indicators import indicator_values, indicators
from engagement.places.models import Place
from engagement.places.populations import counted_by, residents_by_decile
from engagement.places.queries import (
    SetRow,
    census_counts,
    find_place,
    reference_sets,
)
from engagement.places.rules import (
    COUNTRY,
    PlaceKind,
    ReferenceKind,
    five_ethnic_groups,
    kind_of_code,
    sum_into_bands,
)
from engagement.programmes.models import ProgrammeArea
from engagement.programmes.service import Visible
from engagement.prompts.errors import NoSuchFigure
from engagement.prompts.rules import CardOrigin, CardWords, Figure
from engagement.prompts.service import Facts, make_card

ENGLAND = "E92000001"
INDICATOR, SHARE = "indicator:", "share:"
DEPRIVED = "deprived"
# A share of residents (tenure: households) that the census tells, by its key: its table, what it
# is called, and the categories or ages that it counts.
_AGES: Mapping[str, tuple[Any, str]] = {
    "under-16": (_l("Children under 16"), "age_0_15"),
    "16-24": (_l("People aged 16 to 24"), "age_16_24"),
    "65-plus": (_l("People aged 65 or over"), "age_65_plus"),
    "75-plus": (_l("People aged 75 or over"), "age_75_plus"),
}
_ETHNIC: Mapping[str, Any] = {
    "asian": _l("People who are Asian, Asian British or Asian Welsh"),
    "black": _l("People who are Black, Black British, Black Welsh, Caribbean or African"),
    "mixed": _l("People of mixed or multiple ethnic groups"),
    "white": _l("People who are White"),
    "other": _l("People of another ethnic group"),
}
_TENURES: Mapping[str, Any] = {
    "social_rented": _l("Homes rented from a council or housing association"),
    "private_rented": _l("Homes rented from a private landlord"),
}


@dataclass(frozen=True)
class Choice:
    """What a card can be about: its key and its name."""

    key: str
    name: Any


@dataclass(frozen=True)
class Asked:
    """A figure about one place beside the same about another: keys of the figure and of places."""

    key: str
    place: str
    against: str


def figures_on_offer() -> list[Choice]:
    """All figures that the imported files hold, by what they are about."""
    kinds = {row.kind for row in reference_sets()}
    found = [
        Choice(INDICATOR + name, name[:1].upper() + name[1:])
        for name in dict.fromkeys(row.indicator for row in indicators())
    ]
    if ReferenceKind.DEPRIVATION in kinds:
        found.append(Choice(SHARE + DEPRIVED, _l("People in the most deprived fifth of England")))
    for kind, names in (
        (ReferenceKind.CENSUS_AGE, {key: name for key, (name, _band) in _AGES.items()}),
        (ReferenceKind.CENSUS_ETHNIC_GROUP, _ETHNIC),
        (ReferenceKind.CENSUS_DISABILITY, {"disabled": _l("Disabled people")}),
        (ReferenceKind.CENSUS_TENURE, _TENURES),
    ):
        if kind in kinds:
            found += [Choice(f"{SHARE}{kind.value}:{key}", name) for key, name in names.items()]
    return found


def places_on_offer(programme_id: int) -> list[tuple[str, str]]:
    """Code and name of the places that a card of a programme may be about: where it is, the wards
    there, then all councils, boards and regions, and England."""
    own = select(ProgrammeArea.place_code).where(
        ProgrammeArea.programme_id == programme_id, ProgrammeArea.place_code.is_not(None)
    )
    near = Place.code.in_(own) | ((Place.kind == PlaceKind.WARD) & Place.within_code.in_(own))
    rows = db.session.execute(
        select(Place.code, Place.name)
        .where(near | Place.kind.in_((PlaceKind.ICB, PlaceKind.LOCAL_AUTHORITY, PlaceKind.REGION)))
        .order_by(case((near, 0), else_=1), Place.name, Place.code)
    )
    return [*((row.code, row.name) for row in rows), (ENGLAND, _("England"))]


def facts_about(asked: Asked) -> Facts:
    """The two figures with their period and source. Raises ``NoSuchFigure``."""
    if asked.place == asked.against:
        raise NoSuchFigure(asked.against)
    if asked.key.startswith(INDICATOR):
        return _indicator(asked, asked.key.removeprefix(INDICATOR))
    if asked.key.startswith(SHARE):
        return _share(asked, asked.key.removeprefix(SHARE))
    raise NoSuchFigure(asked.key)


@transactional
def make_official_card(
    visible: Visible,
    programme_public_id: str,
    words: CardWords,
    asked: Asked,
    replaces: str | None = None,
) -> str:
    """Make a card from the reference data as it stands now; returns its public id.

    Raises ``UnknownProgramme``, ``UnknownCard`` or ``NoSuchFigure``.
    """
    return make_card(visible, programme_public_id, words, facts_about(asked), replaces)


def _indicator(asked: Asked, indicator: str) -> Facts:
    """The newest figure that both places have from the same file."""
    here = indicator_values(asked.place, indicator)
    there = {
        (row.source.sha256, row.period): row for row in indicator_values(asked.against, indicator)
    }
    both = [row for row in here if (row.source.sha256, row.period) in there]
    if not both:
        raise NoSuchFigure(asked.place if not here else asked.against)
    row = max(both, key=lambda one: one.period)
    other = there[row.source.sha256, row.period]
    names = [row.place if row.place != asked.place else _name_of(asked.place)]
    names.append(other.place if other.place != asked.against else _name_of(asked.against))
    source = row.source
    return Facts(
        [Figure(names[0], row.value, row.unit), Figure(names[1], other.value, row.unit)],
        CardOrigin.REFERENCE,
        f"{source.title}, {source.publisher}, {source.vintage}. {source.attribution}".strip(),
        row.period,
    )


def _share(asked: Asked, key: str) -> Facts:
    sets = {row.kind: row for row in reference_sets()}
    used = [sets[kind] for kind in _kinds_of(key) if kind in sets]
    if not used:
        raise NoSuchFigure(asked.key)
    figures = []
    for code in (asked.place, asked.against):
        # What is summed over a part of England is not England.
        if kind_of_code(code) == COUNTRY and any(row.partial for row in used):
            raise NoSuchFigure(code)
        part, whole = _counts(key, code)
        if not whole or 1 <= part <= 7:
            raise NoSuchFigure(code)
        figures.append(Figure(_name_of(code), round(100 * part / whole, 1), "%"))
    return Facts(figures, CardOrigin.REFERENCE, _source(used), "; ".join(_vintages(used)))


def _kinds_of(key: str) -> list[ReferenceKind]:
    if key == DEPRIVED:
        counted = counted_by()
        return [ReferenceKind.DEPRIVATION, *([counted] if counted else [])]
    kind = key.partition(":")[0]
    return [one for one in ReferenceKind if one.value == kind]


def _counts(key: str, code: str) -> tuple[int, int]:
    """How many of all are meant; nought of nought where the figures do not tell."""
    if key == DEPRIVED:
        deciles = residents_by_decile([code])
        return sum(deciles.get(decile, 0) for decile in (1, 2)), sum(deciles.values())
    kind, _colon, category = key.partition(":")
    counts = census_counts(ReferenceKind(kind), [code])
    whole = sum(counts.values())
    if kind == ReferenceKind.CENSUS_AGE:
        try:
            return sum_into_bands(counts, [_AGES[category][1]])[_AGES[category][1]], whole
        except (BandsDoNotNest, KeyError):
            return 0, 0
    if kind == ReferenceKind.CENSUS_ETHNIC_GROUP:
        counts = five_ethnic_groups(counts) if counts else {}
    return counts.get(category, 0), whole


def _name_of(code: str) -> str:
    if code == ENGLAND:
        return str(_("England"))
    place = find_place(code)
    if place is None:
        raise NoSuchFigure(code)
    return place.name


def _source(sets: Sequence[SetRow]) -> str:
    told = "; ".join(f"{row.title}, {row.publisher}, {row.vintage}" for row in sets)
    return f"{told}. {sets[0].attribution}".strip()


def _vintages(sets: Sequence[SetRow]) -> list[str]:
    return list(dict.fromkeys(row.vintage for row in sets))
