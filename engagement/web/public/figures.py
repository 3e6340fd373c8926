"""Where our figures come from: every file of reference data that is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from engagement.places.queries import SetRow, reference_sets
from engagement.places.rules import ReferenceKind
from engagement.web.access import anyone
from engagement.web.context import day
from engagement.web.kit.facts import Fact
from engagement.web.public.door import public

TELLS: Mapping[ReferenceKind, LazyString] = {
    ReferenceKind.ICBS: _l("Who plans health care where"),
    ReferenceKind.SUB_ICBS: _l("The parts of each integrated care board"),
    ReferenceKind.LOCAL_AUTHORITIES: _l("Councils and regions"),
    ReferenceKind.WARDS: _l("The parts of each council’s area"),
    ReferenceKind.SMALL_AREAS: _l("Areas of about 1,700 people each, and the places they are in"),
    ReferenceKind.SMALL_AREAS_HEALTH: _l("The integrated care board that each small area is in"),
    ReferenceKind.DEPRIVATION: _l("Where people have the least: money, work, health and housing"),
    ReferenceKind.CENSUS_AGE: _l("How many people of each age live in a place"),
    ReferenceKind.CENSUS_SEX: _l("How many women and men live in a place"),
    ReferenceKind.CENSUS_ETHNIC_GROUP: _l("How many people of each ethnic group live in a place"),
    ReferenceKind.CENSUS_DISABILITY: _l("How many disabled people live in a place"),
    ReferenceKind.CENSUS_TENURE: _l("How many homes are owned or rented in a place"),
    ReferenceKind.BOUNDARIES_ICB: _l("Lines on a map"),
    ReferenceKind.BOUNDARIES_LOCAL_AUTHORITY: _l("Lines on a map"),
    ReferenceKind.BOUNDARIES_WARD: _l("Lines on a map"),
    ReferenceKind.BOUNDARIES_LSOA: _l("Lines on a map"),
    ReferenceKind.INDICATORS: _l("Published figures about health and life in a place"),
    ReferenceKind.POSTCODES: _l(
        "The small area that a postcode is in. We look yours up and do not keep it"
    ),
}


@dataclass(frozen=True)
class Source:
    """One source as the page shows it."""

    title: str
    facts: list[Fact]


def _source(row: SetRow) -> Source:
    fingerprint = Markup('<code class="app-key">{}</code>').format(row.sha256)
    vintage: Any = row.vintage
    if row.partial:
        vintage = _("%(vintage)s; a part of England", vintage=row.vintage)
    return Source(
        row.title,
        [
            (_("What it tells us"), TELLS[row.kind]),
            (_("Published by"), row.publisher),
            (_("Date of the figures"), vintage),
            (_("Terms of use"), row.licence),
            (_("Acknowledgement"), row.attribution),
            (_("Brought in on"), day(row.imported_at)),
            (_("File"), row.file_name),
            (_("Fingerprint of the file (SHA-256)"), fingerprint),
        ],
    )


@public.get("/p/<slug>/figures")
@anyone
def figures() -> str:
    """Every source of figures: what, whose, how old, on what terms, with its fingerprint."""
    sources = [_source(row) for row in reference_sets()]
    return render_template("public/figures.html", sources=sources)
