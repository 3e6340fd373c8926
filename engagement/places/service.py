"""Use case of places: import a file of reference data, whole or not at all.

There is no audit entry: the chain of records is a partnership's, and reference data belongs to
none. What was imported, when, and from which bytes stands in its reference set, for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, update

from engagement.database.transactions import transactional
from engagement.extensions import Base, db
from engagement.places.counts import LongCounts, WideCounts
from engagement.places.errors import Fault, FileNeeded, FileRefused
from engagement.places.formats import Recognised, Shape, recognise
from engagement.places.models import Place, ReferenceSet, SmallArea
from engagement.places.outlines import Outlines
from engagement.places.reading import Progress, Row, Source, normal_header, opened
from engagement.places.rows import (
    DeprivationRows,
    Faults,
    HealthParts,
    Indicators,
    Known,
    Places,
    Postcodes,
    Rows,
    SmallAreas,
)
from engagement.places.rules import CODE_LIKE, SMALL_AREA, PlaceKind, ReferenceKind

CARRIED = Path(__file__).with_name("icbs.csv")
# Which places a kind is the list of; they are what others of its codes are checked against.
LISTS: Mapping[ReferenceKind, tuple[str, ...]] = {
    ReferenceKind.ICBS: (PlaceKind.ICB,),
    ReferenceKind.SUB_ICBS: (PlaceKind.SUB_ICB,),
    ReferenceKind.LOCAL_AUTHORITIES: (PlaceKind.LOCAL_AUTHORITY, PlaceKind.REGION),
    ReferenceKind.WARDS: (PlaceKind.WARD,),
    ReferenceKind.SMALL_AREAS: (SMALL_AREA,),
}
# Above the header, official files may have notes.
HEADER_WITHIN = 30
BATCH = 5000
_SHAPES: Mapping[Shape, type[Rows]] = {
    Shape.PLACES: Places,
    Shape.SMALL_AREAS: SmallAreas,
    Shape.HEALTH: HealthParts,
    Shape.DEPRIVATION: DeprivationRows,
    Shape.CENSUS_WIDE: WideCounts,
    Shape.CENSUS_LONG: LongCounts,
    Shape.INDICATORS: Indicators,
    Shape.BOUNDARIES: Outlines,
    Shape.POSTCODES: Postcodes,
}


@dataclass(frozen=True)
class Told:
    """What is known better than the file and its format say; ``None`` is left to them."""

    title: str | None = None
    publisher: str | None = None
    vintage: str | None = None
    licence: str | None = None
    attribution: str | None = None


@dataclass(frozen=True)
class Imported:
    """What was imported: ``left_out`` counts rows that were passed over, by reason."""

    kind: ReferenceKind
    title: str
    rows: int
    sha256: str
    left_out: Mapping[str, int]
    warnings: tuple[str, ...]


def import_reference(
    kind: ReferenceKind,
    path: Path | None = None,
    *,
    told: Told | None = None,
    partial: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Import a file in place of the earlier one of its kind (indicators: of its kind and title).

    The file is read twice, to check it before anybody has to wait for the database, and to store
    it. ``partial`` takes a file that covers a part of England. ``progress`` is told how many more
    thousandths are done. Raises ``FileRefused`` with all faults, and ``FileNeeded`` where no path
    is given and the product carries no such file.
    """
    if path is None:
        if kind is not ReferenceKind.ICBS:
            raise FileNeeded(kind)
        path = CARRIED
    known = _known(kind)
    if kind is ReferenceKind.SMALL_AREAS_HEALTH and SMALL_AREA not in known.codes:
        raise FileRefused([Fault(f"import {ReferenceKind.SMALL_AREAS} first")])
    with opened(path, progress) as source:
        faults = Faults()
        try:
            for rows in _read(source, kind, known, partial, faults):
                rows.made.clear()
        except FileRefused as error:
            raise FileRefused(faults.found + error.faults, faults.more) from error
        faults.stop_if_any()
        done = _store(source, kind, partial, told or Told())
        source.done()
    return done


def _known(kind: ReferenceKind) -> Known:
    """The codes of the places that are imported, but for those that this kind replaces."""
    codes: dict[str, set[str]] = {}
    for place, code in db.session.execute(select(Place.kind, Place.code)):
        codes.setdefault(place, set()).add(code)
    if areas := set(db.session.scalars(select(SmallArea.code))):
        codes[SMALL_AREA] = areas
    for replaced in LISTS.get(kind, ()):
        codes.pop(replaced, None)
    sets = db.session.scalars(select(ReferenceSet.kind).where(ReferenceSet.partial))
    return Known(codes, frozenset(place for one in sets for place in LISTS.get(one, ())))


# Reading.


def _read(
    source: Source, kind: ReferenceKind, known: Known, partial: bool, faults: Faults
) -> Iterator[Rows]:
    """Read a file to its end; yields its rows whenever a batch is made, and at the end."""
    rows: Rows | None = None
    reading = _outlines if kind.startswith("boundaries_") else _table
    for rows in reading(source, kind, known, partial, faults):
        if sum(map(len, rows.made.values())) >= BATCH:
            yield rows
    if rows is None:
        faults.add("the file has a header and nothing else; download it again")
        return
    rows.finish()
    yield rows


def _table(
    source: Source, kind: ReferenceKind, known: Known, partial: bool, faults: Faults
) -> Iterator[Rows]:
    lines = source.rows()
    layout = _find_header(kind, lines)
    rows = _SHAPES[layout.format.shape](layout, known, partial, faults)
    width, notes = len(layout.header), list[Row]()
    for number, cells in lines:
        if _is_note(cells):
            notes.append(Row(number, cells))
        elif len(cells) != width and not _fits(cells, width):
            faults.add(f"has {len(cells)} cells, but the header has {width}", number)
        else:
            for note in notes:  # a note stands at the end: this was none
                faults.add("is not a row of this table; take it out or complete it", note.number)
            notes.clear()
            rows.take(number, cells)
            yield rows


def _fits(cells: list[str], width: int) -> bool:
    """Make a row that ends in too few or too many blank cells as wide as the header."""
    if any(cells[width:]):
        return False
    del cells[width:]
    return len(cells) == width


def _is_note(cells: list[str]) -> bool:
    """Whether a row is one text beside blank cells, as publishers write under a table."""
    return len(cells) - cells.count("") == 1 and not CODE_LIKE.fullmatch("".join(cells).strip())


def _find_header(kind: ReferenceKind, lines: Iterator[Row]) -> Recognised:
    """The first row that has the columns of a format of this kind."""
    refused: FileRefused | None = None
    for row in lines:
        while not row.cells[-1].strip():
            row.cells.pop()
        try:
            return recognise(kind, row.cells, [normal_header(cell) for cell in row.cells])
        except FileRefused as error:
            if refused is None or len(error.faults) < len(refused.faults):
                refused = error
        if row.number >= HEADER_WITHIN:
            break
    raise refused or FileRefused([Fault("the file is empty")])


def _outlines(
    source: Source, kind: ReferenceKind, known: Known, partial: bool, faults: Faults
) -> Iterator[Rows]:
    rows: Outlines | None = None
    for number, feature in enumerate(source.features(), start=1):
        about = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(about, dict):
            faults.add("is a feature without properties; download the file again", number)
            continue
        if rows is None:
            layout = recognise(kind, list(about), [normal_header(name) for name in about])
            rows = Outlines(layout, known, partial, faults)
        rows.outline = feature.get("geometry")
        rows.take(number, [str(about.get(name) or "") for name in rows.layout.header])
        yield rows


# Storing.


def _wait_for_others() -> None:
    """Let one import store at a time, so that the later one takes the place of the earlier.

    SQLite lets one write at a time anyway. Reading goes on meanwhile.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE reference_set IN SHARE ROW EXCLUSIVE MODE"))


@transactional
def _store(source: Source, kind: ReferenceKind, partial: bool, told: Told) -> Imported:
    _wait_for_others()
    known = _known(kind)  # as they stand now that nobody else changes them
    faults, made, rows = Faults(), None, None
    health: dict[str, tuple[str | None, str | None]] = {}
    for rows in _read(source, kind, known, partial, faults):
        if made is None:
            made = _reference_set(source, rows.layout, partial, told)
            health = _health_to_keep(rows.layout)
            _remove(kind, made.title, rows.layout)
            db.session.add(made)
            db.session.flush()
        _write(rows, made.id, health)
    faults.stop_if_any()
    assert rows is not None
    assert made is not None
    made.row_count = rows.taken
    return Imported(
        kind, made.title, rows.taken, made.sha256, dict(rows.left_out), tuple(rows.warnings)
    )


def _reference_set(source: Source, layout: Recognised, partial: bool, told: Told) -> ReferenceSet:
    form = layout.format
    return ReferenceSet(
        kind=form.kind,
        title=told.title or form.title,
        publisher=told.publisher or form.publisher,
        vintage=told.vintage or layout.vintage,
        licence=told.licence or form.licence,
        attribution=told.attribution or form.attribution,
        file_name=source.name,
        sha256=source.sha256,
        row_count=0,
        partial=partial,
    )


def _remove(kind: ReferenceKind, title: str, layout: Recognised) -> None:
    """Delete what this import takes the place of."""
    earlier = delete(ReferenceSet).where(ReferenceSet.kind == kind)
    if kind is ReferenceKind.INDICATORS:
        earlier = earlier.where(ReferenceSet.title == title)
    db.session.execute(earlier)
    if kind is ReferenceKind.SMALL_AREAS and "icb" in layout.places:
        db.session.execute(
            delete(ReferenceSet).where(ReferenceSet.kind == ReferenceKind.SMALL_AREAS_HEALTH)
        )


def _health_to_keep(layout: Recognised) -> dict[str, tuple[str | None, str | None]]:
    """The ICBs of small areas that a file without them takes over, if they have a source."""
    form = layout.format
    if form.kind is not ReferenceKind.SMALL_AREAS or "icb" in layout.places:
        return {}
    if not db.session.scalar(
        select(ReferenceSet.id).where(ReferenceSet.kind == ReferenceKind.SMALL_AREAS_HEALTH)
    ):
        return {}
    found = db.session.execute(select(SmallArea.code, SmallArea.sub_icb_code, SmallArea.icb_code))
    return {code: (part, icb) for code, part, icb in found}


def _write(rows: Rows, set_id: int, health: Mapping[str, tuple[str | None, str | None]]) -> None:
    """Write what was made, and forget it."""
    for model, made in rows.made.items():
        if isinstance(rows, HealthParts):
            _update_health(made)
            continue
        for row in made:
            row["reference_set_id"] = set_id
            if health:
                row["sub_icb_code"], row["icb_code"] = health.get(row["code"], (None, None))
        _insert(model, made)
    rows.made.clear()


def _insert(model: type[Base], made: list[dict[str, Any]]) -> None:
    for start in range(0, len(made), BATCH):
        db.session.connection().execute(insert(model.__table__), made[start : start + BATCH])  # type: ignore[arg-type]


def _update_health(made: list[dict[str, Any]]) -> None:
    db.session.connection().execute(
        update(SmallArea)
        .where(SmallArea.code == bindparam("lsoa"))
        .values(sub_icb_code=bindparam("sub_icb_code"), icb_code=bindparam("icb_code")),
        made,
    )
