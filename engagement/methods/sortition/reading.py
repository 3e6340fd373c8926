"""Targets and registrants from the rows of a table; everything that is wrong is told at once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from engagement.methods.sortition.addresses import is_communal, normalise_address
from engagement.methods.sortition.errors import Fault, SelectionRefused
from engagement.methods.sortition.pool import Pool, Target, Targets

Rows = Sequence[Sequence[str]]
"""A table as a file holds it, headings and blank rows too."""

UNSTATED = frozenset(
    {
        "prefernottosay",
        "prefernottoanswer",
        "prefernottodisclose",
        "rathernotsay",
        "notstated",
        "unstated",
        "unknown",
        "notknown",
        "noanswer",
    }
)
"""Answers that state nothing, as a blank cell does: letters only, small."""
# What the feature and the value stand under; in the third form “feature” means the value.
FORMS = (("feature", "value"), ("category", "name"), ("category", "feature"), ("category", "value"))
IDS = (
    *("id", "personid", "uniqueid", "nationbuilderid", "registrantid", "respondentid"),
    *("participantid", "registrant", "respondent", "participant"),
)
STREETS = (
    *("address", "address1", "addressline1", "primaryaddress1", "streetaddress", "homeaddress"),
    *("address2", "addressline2", "primaryaddress2", "address3", "addressline3"),
)
POSTCODES = ("postcode", "postalcode", "primaryzip", "zip", "zipcode")
TOWNS = ("town", "posttown", "city", "primarycity")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"’": "'", "\ufeff": None})
_WHOLE = re.compile(r"[0-9]{1,9}(\.0+)?")


@dataclass(frozen=True)
class Registered:
    """Who registered, as a file tells it.

    ``rows``: for each person of ``pool`` the number of their row, headings included, from 1;
    ``id_column``: its heading as written, None where people were numbered. ``notes``: sentences on
    what was taken for granted, for the person who gave the file.
    """

    pool: Pool
    rows: tuple[int, ...]
    id_column: str | None
    notes: tuple[str, ...]


def fold(text: str) -> str:
    """What two spellings of a heading or value share: no case, spaces, or kinds of dash."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).casefold().split())


def _fold_heading(text: str) -> str:
    return fold(text).replace("_", "")


def read_targets(rows: Rows, name: str, size: int | None = None) -> Targets:
    """The targets of a table called ``name`` in messages.

    Headings ``feature, value, min, max``, and ``min_flex, max_flex`` where wanted; ``category,
    name`` and ``category, feature`` are older names of the first two. Other columns, blank rows and
    notes are passed over: a row without min and max is a note if it has no value either, or
    comes after a blank row. Spellings that differ in case or spaces are one, and the first counts.
    With ``size``, each feature is checked to have room for so many seats.

    Raises ``SelectionRefused`` with all that is wrong.
    """
    table = _target_table(rows, name)
    faults: list[Fault] = []
    spelling: dict[str, str] = {}
    first: dict[tuple[str, str], int] = {}
    targets: list[Target] = []
    whole: dict[str, bool] = {}
    for number, cells in table.target_rows():
        before = len(faults)
        for part in ("feature", "value"):
            if not cells[part]:
                faults.append(table.fault(number, part, f"has no {part}; write it"))
        feature = spelling.setdefault(_fold_heading(cells["feature"]), cells["feature"])
        key = (fold(feature), fold(cells["value"]))
        if all(key) and (earlier := first.setdefault(key, number)) != number:
            words = f"“{cells['value']}” of “{feature}” stands in row {earlier} too; keep one"
            faults.append(table.fault(number, "value", words))
        limits = {part: table.whole(number, part, cells[part], faults) for part in _LIMITS}
        if len(faults) == before:
            faults += table.out_of_order(number, limits)
        if len(faults) == before:
            least, most, least_flex, most_flex = (limits[part] for part in _LIMITS)
            assert least is not None
            assert most is not None
            targets.append(Target(feature, cells["value"], least, most, least_flex or 0, most_flex))
        whole[feature] = whole.get(feature, True) and len(faults) == before
    if not targets and not faults:
        faults.append(Fault(name, 0, "", "has no targets; write one in each row"))
    complete = [target for target in targets if whole[target.feature]]
    faults += [Fault(name, 0, "", words) for words in _misfits(complete, size)]
    if faults:
        raise SelectionRefused(faults)
    return Targets(tuple(targets))


def read_pool(
    rows: Rows,
    name: str,
    targets: Targets,
    *,
    id_column: str | None = None,
    household_columns: Sequence[str] = (),
    by_address: bool = False,
    communal: Sequence[str] = (),
) -> Registered:
    """The registrants of a table called ``name`` in messages, with answers spelt as in ``targets``.

    ``id_column``: guessed where not named (``IDS``, or the only heading that ends in “id”);
    without any, people are numbered from 1. ``household_columns``: people are of one household
    where all of these agree, as addresses do (``normalise_address``). ``by_address``: where none is
    named, the address columns are looked for. ``communal``: addresses, such as hostels, whose
    people are not one household. A blank answer, or one of ``UNSTATED``, is unstated; a blank
    household, or a postcode and nothing else, is nobody else's.

    Raises ``SelectionRefused`` with all that is wrong.
    """
    start = next((at for at, row in enumerate(rows) if any(map(fold, row))), None)
    if start is None:
        raise SelectionRefused([Fault(name, 0, "", "is empty; choose the file of registrants")])
    table = _PoolTable(name, start, rows, targets)
    features = {feature: table.column(feature, "feature") for feature in targets.features}
    homes = [table.column(column, "household") for column in household_columns]
    if by_address and not household_columns:
        homes = list(table.guess_address())
    at_id = table.find_id(id_column, {*features.values(), *homes})
    people = list(table.people(features))
    ids = table.ids(people, at_id)
    answers = table.answers(people, features)
    if not people and not table.faults:
        table.faults.append(Fault(name, 0, "", "holds no registrant; write one in each row"))
    if table.faults:
        raise SelectionRefused(sorted(table.faults, key=lambda fault: fault.row))
    households = table.households(people, homes, communal)
    return Registered(
        Pool(targets.features, tuple(ids), tuple(answers), tuple(households)),
        tuple(number for number, _ in people),
        None if at_id is None else table.headings[at_id],
        tuple(table.notes),
    )


_LIMITS = ("min", "max", "min_flex", "max_flex")


@dataclass(frozen=True)
class _TargetTable:
    name: str
    rows: Rows
    start: int
    columns: Mapping[str, int]

    def target_rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        after_blank = False
        for number, row in enumerate(self.rows[self.start + 1 :], start=self.start + 2):
            cells = {part: _cell(row, at) for part, at in self.columns.items()}
            cells |= {part: "" for part in _LIMITS if part not in cells}
            limits = cells["min"], cells["max"]
            if not any(cells.values()):
                after_blank = True
            elif after_blank and not any(_WHOLE.fullmatch(limit) for limit in limits):
                continue
            elif any(limits) or cells["value"]:
                after_blank = False
                yield number, cells

    def fault(self, number: int, part: str, problem: str) -> Fault:
        column = _cell(self.rows[self.start], self.columns[part])
        return Fault(self.name, number, column, problem)

    def whole(self, number: int, part: str, text: str, faults: list[Fault]) -> int | None:
        if not text:
            if part in ("min", "max"):
                faults.append(self.fault(number, part, "is empty; write how many seats"))
            return None
        if _WHOLE.fullmatch(text):
            return int(text.partition(".")[0])
        problem = "cannot be negative" if text[0] in "-−" else "is not a whole number"
        words = f"“{text}” {problem}; write how many seats, such as 4"
        faults.append(self.fault(number, part, words))
        return None

    def out_of_order(self, number: int, limits: Mapping[str, int | None]) -> Iterator[Fault]:
        for less, more in (("min", "max"), ("min_flex", "min"), ("max", "max_flex")):
            small, large = limits[less], limits[more]
            if small is not None and large is not None and small > large:
                words = f"{less} is {small} and {more} is {large}; lower {less} or raise {more}"
                part = less if less != "max" else more
                yield self.fault(number, part, words)


def _target_table(rows: Rows, name: str) -> _TargetTable:
    for start, row in enumerate(rows):
        at = defaultdict(list)
        for place, heading in enumerate(row):
            at[_fold_heading(heading)].append(place)
        if "min" not in at or "max" not in at:
            continue
        form = next((form for form in FORMS if all(part in at for part in form)), None)
        if form is None:
            break
        parts = dict(zip(("feature", "value"), form, strict=True)) | {
            part: part.replace("_", "") for part in _LIMITS
        }
        twice = [row[at[key][0]] for key in parts.values() if len(at[key]) > 1]
        if twice:
            words = "is the heading of two columns; keep one"
            raise SelectionRefused([Fault(name, start + 1, head.strip(), words) for head in twice])
        columns = {part: at[key][0] for part, key in parts.items() if at[key]}
        return _TargetTable(name, rows, start, columns)
    words = "the headings are missing: the first row must hold “feature”, “value”, “min” and “max”"
    raise SelectionRefused([Fault(name, 1, "", words)])


def _misfits(targets: Sequence[Target], size: int | None) -> Iterator[str]:
    """What is wrong with the sums over each feature."""
    least: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for target in targets:
        least[target.feature] += target.least
        most[target.feature] += target.most
    if not most:
        return
    if size is not None:
        for feature in most:
            if least[feature] > size:
                yield (
                    f"the min of “{feature}” add up to {least[feature]}, more than the {size} "
                    "seats; lower some of them, or draw more people"
                )
            if most[feature] < size:
                yield (
                    f"the max of “{feature}” add up to {most[feature]}, fewer than the {size} "
                    "seats; raise some of them, or draw fewer people"
                )
        return
    high = max(least, key=lambda feature: least[feature])
    low = min(most, key=lambda feature: most[feature])
    if least[high] > most[low]:
        yield (
            f"no size fits: the min of “{high}” add up to {least[high]}, and the max of “{low}” "
            f"to {most[low]}; lower some of the one, or raise some of the other"
        )


class _PoolTable:
    """The table of registrants while it is read: gathers faults and notes."""

    def __init__(self, name: str, start: int, rows: Rows, targets: Targets) -> None:
        self.name, self.start, self.rows, self.targets = name, start, rows, targets
        self.headings = [heading.strip(" \ufeff") for heading in rows[start]]
        self.keys = [_fold_heading(heading) for heading in self.headings]
        self.faults: list[Fault] = []
        self.notes: list[str] = []

    def fault(self, number: int, column: str, problem: str) -> None:
        self.faults.append(Fault(self.name, number, column, problem))

    def column(self, wanted: str, what: str) -> int | None:
        """Where ``wanted`` stands: under this very heading, or one that differs in spelling."""
        found = [at for at, head in enumerate(self.headings) if head == wanted.strip()]
        key = _fold_heading(wanted)
        found = found or [at for at, other in enumerate(self.keys) if other == key]
        if len(found) == 1:
            return found[0]
        if found:
            problem = "is the heading of two columns; keep one"
        elif what == "feature":
            problem = "no column has this heading; add it, or take the feature out of the targets"
        else:
            problem = f"no column has this heading; name the {what} column as the file does"
        self.fault(self.start + 1, wanted, problem)
        return None

    def find_id(self, named: str | None, taken: set[int | None]) -> int | None:
        if named is not None:
            return self.column(named, "id")
        for key in IDS:
            if key in self.keys and self.keys.index(key) not in taken:
                return self.column(self.headings[self.keys.index(key)], "id")
        ending = [
            at
            for at, heading in enumerate(self.headings)
            if re.search(r"[_ -]id$", heading.casefold())
            and not self.keys[at].startswith(("household", "address"))
            and at not in taken
        ]
        if len(ending) == 1:
            return ending[0]
        if ending:
            several = " and ".join(f"“{self.headings[at]}”" for at in ending)
            self.fault(self.start + 1, "", f"{several} could hold the ids; say which column does")
        else:
            self.notes.append("No column holds ids: people are numbered by their rows, from 1.")
        return None

    def guess_address(self) -> Iterator[int]:
        streets = [at for at, key in enumerate(self.keys) if key in STREETS]
        codes = [at for at, key in enumerate(self.keys) if key in POSTCODES]
        # A street without its town is not yet a place.
        places = codes or [at for at, key in enumerate(self.keys) if key in TOWNS]
        if not streets:
            words = "no column holds an address; name the columns that tell households apart"
            self.fault(self.start + 1, "", words)
            return
        yield from (*streets, *places)

    def people(self, features: Mapping[str, int | None]) -> Iterator[tuple[int, Sequence[str]]]:
        after_blank, asked = False, {*features.values()}
        for number, row in enumerate(self.rows[self.start + 1 :], start=self.start + 2):
            filled = [at for at, cell in enumerate(row) if cell.strip()]
            if not filled:
                after_blank = True
            elif len(filled) == 1 and filled[0] not in asked and len(self.headings) > 1:
                if after_blank:
                    self.notes.append(f"Row {number} was taken for a note and left out.")
                    continue
                heading = self.headings[filled[0]] if filled[0] < len(self.headings) else ""
                words = "nothing else stands in this row; take it out if it is a note, otherwise"
                self.fault(number, heading, f"{words} write “prefer not to say” for the answers")
            elif filled[-1] >= len(self.headings):
                words = "has more cells than there are headings; look for a stray comma"
                self.fault(number, "", words)
            else:
                after_blank = False
                yield number, row

    def ids(self, people: Sequence[tuple[int, Sequence[str]]], at: int | None) -> list[str]:
        if at is None:
            return [str(number) for number in range(1, len(people) + 1)]
        ids = [_cell(row, at) for _, row in people]
        first: dict[str, int] = {}
        for (number, _), given in zip(people, ids, strict=True):
            if not given:
                self.fault(number, self.headings[at], "has no id; give the person one")
            elif (earlier := first.setdefault(given, number)) != number:
                words = (
                    f"“{given}” stands in row {earlier} too; take one out, or give each their own"
                )
                self.fault(number, self.headings[at], words)
        return ids

    def answers(
        self, people: Sequence[tuple[int, Sequence[str]]], features: Mapping[str, int | None]
    ) -> list[tuple[str | None, ...]]:
        values: dict[str, dict[str, str]] = defaultdict(dict)
        for target in self.targets.rows:
            values[target.feature][fold(target.value)] = target.value
        unstated: Counter[str] = Counter()
        found = []
        for number, row in people:
            answers: list[str | None] = []
            for feature, at in features.items():
                text = "" if at is None else _cell(row, at)
                answer = values[feature].get(fold(text))
                if answer is None and at is not None:
                    if _states_something(text):
                        self.fault(number, self.headings[at], _no_target(text, values[feature]))
                    unstated[feature] += 1
                answers.append(answer)
            found.append(tuple(answers))
        self.notes += [
            f"“{feature}” is unstated by {count:,} of {len(people):,} people."
            for feature, count in unstated.items()
        ]
        return found

    def households(
        self,
        people: Sequence[tuple[int, Sequence[str]]],
        columns: Sequence[int | None],
        communal: Sequence[str],
    ) -> list[str | None]:
        telling = [at for at in columns if at is not None and self.keys[at] not in POSTCODES]
        places = [place for place in map(normalise_address, communal) if place]
        homes: list[str | None] = []
        held: set[str] = set()
        for _, row in people:
            home = normalise_address(" ".join(_cell(row, at) for at in columns if at is not None))
            inside = [place for place in places if is_communal(home, [place])]
            held.update(inside)
            told = any(_cell(row, at) for at in telling) or not telling
            homes.append(home if home and told and not inside else None)
        shared = Counter(home for home in homes if home is not None)
        homes = [home if home is not None and shared[home] > 1 else None for home in homes]
        if columns:
            under = ", ".join(f"“{self.headings[at]}”" for at in columns if at is not None)
            together = sum(home is not None for home in homes)
            several = len({home for home in homes if home is not None})
            self.notes.append(
                f"Households are told apart by {under}: {together:,} people share "
                f"{several:,} households."
            )
        self.notes += [
            f"No registrant gave the communal address “{text}”; check how it is spelt."
            for text in communal
            if normalise_address(text) not in held
        ]
        return homes


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _states_something(text: str) -> bool:
    return bool(text) and "".join(filter(str.isalnum, fold(text))) not in UNSTATED


def _no_target(text: str, values: Mapping[str, str]) -> str:
    close = get_close_matches(fold(text), values, n=1)
    meant = f" (is “{values[close[0]]}” meant?)" if close else ""
    return (
        f"“{text}” has no target{meant}; correct it, add a target for it, or leave the cell empty "
        "where it is unstated"
    )
