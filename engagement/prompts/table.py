"""How an uploaded table becomes the figures of a card, or is refused with all its faults: pure.

A table has a figure a row: a name, a value and a unit; if it likes, a group (“age”) that the row is
one part of, and the number of people that the figure rests on. What could tell of one person is
refused: small counts, those that can be reckoned, and tables with a row for each person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engagement.documents.sheets import Fault, read_csv
from engagement.methods.disclosure.counts import NEAREST, SMALL, shown_count
from engagement.methods.disclosure.identifiers import Kind, is_nhs_number, kinds_in
from engagement.methods.disclosure.tables import Part, can_be_reckoned
from engagement.prompts.errors import TableHasFaults
from engagement.prompts.rules import MOST_FIGURES, Figure

N_ = str  # marks a sentence for the catalogue of translations

HEADINGS = {
    **dict.fromkeys(("name", "label", "category", "area", "place"), "name"),
    **dict.fromkeys(("value", "figure", "number", "count", "percentage"), "value"),
    **dict.fromkeys(("unit", "units", "measure"), "unit"),
    **dict.fromkeys(("group", "by", "breakdown"), "group"),
    **dict.fromkeys(("people", "base", "n", "number of people"), "people"),
}
NEEDED = ("name", "value", "unit")
OF_A_PERSON = re.compile(
    r"nhs|e-?mail|post ?code|birth|\bdob\b|surname|fore ?name|first name|last name|address|phone"
    r"|patient|respondent|\bid\b|reference"
)
"""What the heading of a column says that tells of single people."""
PEOPLE = (
    *("people", "persons", "residents", "patients", "adults", "children", "women", "men"),
    *("carers", "respondents", "members"),
)
"""Units that count people."""
HIDDEN = ("*", "c", "[c]", "suppressed", "hidden")
NOBODY = ("none", "not people", "not about people")
"""What stands under “people” where a figure is not about people."""
TOTALS = re.compile(r"(grand )?total\b.*|all( people| residents)?|everyone|everybody|overall")
LONGEST_NAME = 80


@dataclass(frozen=True)
class _Row:
    number: int
    figure: Figure
    base: int | None

    @property
    def counts_people(self) -> bool:
        return self.figure.unit.casefold() in PEOPLE

    @property
    def is_total(self) -> bool:
        return TOTALS.fullmatch(self.figure.name.casefold()) is not None

    def count(self) -> int | None:
        """How many people it tells of; ``None`` where it is hidden."""
        if self.figure.value is None:
            return None
        if self.counts_people:
            return round(self.figure.value)
        return round(self.figure.value * (self.base or 0) / 100)


def read_figures(content: bytes, *, small: int = SMALL, nearest: int = NEAREST) -> list[Figure]:
    """The figures of a table as they may be shown: counts of people rounded, shares in full per
    cents.

    The first is the one that is told, the second what it is compared with. Raises ``NotATable``, or
    ``TableHasFaults`` with all that is wrong.
    """
    lines = read_csv(content)
    columns = _columns(lines[0])
    body = [
        (number, cells)
        for number, cells in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if len(body) > MOST_FIGURES:
        raise TableHasFaults(
            [
                Fault(
                    MOST_FIGURES + 2,
                    "",
                    N_(
                        "A card shows up to 30 figures. If each row is about one person, it cannot"
                        " be shown: count people first. Otherwise sum rows together."
                    ),
                )
            ]
        )
    rows: list[_Row] = []
    faults: list[Fault] = []
    for number, cells in body:
        given = {
            name: cells[place].strip() if place < len(cells) else ""
            for name, place in columns.items()
        }
        row, found = _read(number, given)
        faults += found
        if row is not None:
            rows.append(row)
    if not faults:
        faults = _first_two(rows) + _small(rows, small)
    if not faults:
        faults = _reckoned(rows, small)
    if faults:
        raise TableHasFaults(faults)
    return [_as_shown(row, small, nearest) for row in rows]


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """The place of each column that is known; others are refused rather than left out."""
    columns: dict[str, int] = {}
    faults = []
    for place, heading in enumerate(headings):
        word = heading.strip().casefold()
        part = HEADINGS.get(word)
        if part is not None and part not in columns:
            columns[part] = place
        elif OF_A_PERSON.search(word):
            faults.append(
                Fault(
                    1,
                    heading[:40],
                    N_(
                        "This column is about single people. A card shows counts and shares of"
                        " many: count them first, and leave this column out."
                    ),
                )
            )
        elif word:
            faults.append(
                Fault(
                    1,
                    heading[:40],
                    N_(
                        "This column is not known here. Use name, value and unit, and if you like"
                        " group and people; take the others out."
                    ),
                )
            )
    faults += [
        Fault(1, part, N_("There is no column of this name. Give one column this heading."))
        for part in NEEDED
        if part not in columns
    ]
    if faults:
        raise TableHasFaults(faults)
    return columns


def _read(number: int, given: dict[str, str]) -> tuple[_Row | None, list[Fault]]:
    faults: list[Fault] = []
    for column in ("name", "group", "unit"):
        if tells_of_a_person(given.get(column, "")):
            # What stands there may be somebody's: it is not shown again.
            faults.append(
                Fault(
                    number,
                    column,
                    N_(
                        "This looks like an e-mail address, a postcode, a telephone or an NHS"
                        " number. A card tells of many people, never of one: take it out."
                    ),
                )
            )
    if faults:
        return None, faults

    def fault(column: str, problem: str) -> None:
        faults.append(Fault(number, column, problem, given.get(column, "")[:40]))

    name, unit = given["name"], given["unit"].rstrip(".")
    if not name or len(name) > LONGEST_NAME:
        fault("name", N_("Say what the figure is about, in up to 80 characters."))
    value: float | None = None
    hidden = given["value"].casefold() in HIDDEN
    if not hidden:
        value = _number(given["value"])
        if value is None:
            fault("value", N_("This is not a number of nought or more. Write * for a hidden one."))
    if not unit and given["value"].endswith("%"):
        unit = "%"
    unit = "%" if unit.casefold() in ("%", "per cent", "percent", "percentage") else unit
    if not unit or len(unit) > 30:
        fault("unit", N_("Say what is counted, such as people, % or years."))
    counts = unit.casefold() in PEOPLE
    base: int | None = None
    if counts and value is not None and value % 1:
        fault("value", N_("A number of people is a whole number."))
    if unit == "%" and value is not None and value > 100:
        fault("value", N_("A share is at most 100%."))
    if not counts and given.get("people", "").casefold() not in NOBODY:
        found = _number(given.get("people", ""))
        if found is None or found % 1:
            fault(
                "people",
                N_(
                    "Say how many people this figure rests on, in a column “people”. Write none"
                    " if it is not about people."
                ),
            )
        else:
            base = int(found)
    if faults:
        return None, faults
    return _Row(number, Figure(name, value, unit, given.get("group", "")), base), []


def _number(text: str) -> float | None:
    plain = text.replace(",", "").replace(" ", "").removesuffix("%").removeprefix("£")
    if not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", plain):
        return None
    return float(plain)


def tells_of_a_person(text: str) -> bool:
    """Whether a cell holds what is one person's, such as an e-mail address or an NHS number."""
    digits = re.sub(r"\D", "", text)
    found = {Kind.EMAIL, Kind.POSTCODE, Kind.PHONE, Kind.NHS_NUMBER} & set(kinds_in(text))
    return bool(found) or is_nhs_number(digits)


def _first_two(rows: Sequence[_Row]) -> list[Fault]:
    if len(rows) < 2:
        return [
            Fault(
                2,
                "",
                N_(
                    "A card needs two figures at least: first the one that it tells, then what it"
                    " is compared with."
                ),
            )
        ]
    faults = [
        Fault(
            row.number,
            "value",
            N_(
                "The first figure is the one that the card tells, the second what it is compared"
                " with: neither can be hidden. Put others first."
            ),
            "*",
        )
        for row in rows[:2]
        if row.figure.value is None
    ]
    if rows[0].figure.unit.casefold() != rows[1].figure.unit.casefold():
        faults.append(
            Fault(
                rows[1].number,
                "unit",
                N_("The first two figures are compared: give them the same unit."),
                rows[1].figure.unit,
            )
        )
    return faults


def _small(rows: Sequence[_Row], small: int) -> list[Fault]:
    """Counts of too few people, and figures that rest on too few."""
    faults = []
    for row in rows:
        count = row.count()
        if row.counts_people:
            if count is not None and 1 <= count <= small:
                faults.append(
                    Fault(
                        row.number,
                        "value",
                        N_(
                            "So few people could be recognised. Write * here and in one more row"
                            " of the group, or sum rows together."
                        ),
                    )
                )
        elif row.base is not None and row.base <= small:
            faults.append(
                Fault(
                    row.number,
                    "people",
                    N_(
                        "The figure rests on too few people to be shown. Sum rows together, or"
                        " leave this one out."
                    ),
                )
            )
        elif (
            row.base is not None
            and row.figure.unit == "%"
            and count is not None
            and (1 <= count <= small or 1 <= row.base - count <= small)
        ):
            faults.append(
                Fault(
                    row.number,
                    "value",
                    N_(
                        "This share stands for so few people, or for all but so few, that they"
                        " could be recognised. Write * here and in one more row of the group."
                    ),
                )
            )
    return faults


def _reckoned(rows: Sequence[_Row], small: int) -> list[Fault]:
    """The first row of each table in which a hidden count could be reckoned."""
    problem = N_(
        "A hidden number can be reckoned from the others and their total, or rows leave only a few"
        " people out. Hide one more row with *, or leave the total out."
    )
    tables: dict[tuple[str, int | None], list[_Row]] = {}
    for row in rows:
        if row.counts_people or (row.figure.unit == "%" and row.base is not None):
            tables.setdefault((row.figure.unit.casefold(), row.base), []).append(row)
    return [
        Fault(found[0].number, "value", problem)
        for (unit, base), found in tables.items()
        if can_be_reckoned(_parts(found, base), small=small)
    ]


def _parts(rows: Sequence[_Row], base: int | None) -> list[Part]:
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.figure.group.casefold(), []).append(row)
    whole = next((row.count() for row in groups.get("", []) if row.is_total), None)
    parts = []
    for found in groups.values():
        own = next((row.count() for row in found if row.is_total), whole)
        cells = tuple(row.count() for row in found if not row.is_total)
        if base is not None:
            # Shares are not exact: without a star they leave nobody out.
            own = base if None in cells else None
        if cells:
            parts.append(Part(cells, own))
    return parts or [Part((whole,), None)]


def _as_shown(row: _Row, small: int, nearest: int) -> Figure:
    figure = row.figure
    if figure.value is None:
        return figure
    value = figure.value
    if row.counts_people:
        value = float(shown_count(round(value), small=small, nearest=nearest) or 0)
    elif figure.unit == "%" and row.base is not None:
        value = float(round(value))
    return Figure(figure.name, value, figure.unit, figure.group)
