"""Votes, statements and what people declared, taken from tables as Polis exports them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engagement.methods.opinion.errors import Fault, OpinionRefused
from engagement.methods.opinion.results import Declared
from engagement.methods.opinion.votes import Votes, gather_votes
from engagement.methods.sortition.reading import UNSTATED, fold

Rows = Iterable[tuple[int, Sequence[str]]]
PERSON = ("voter-id", "participant-id", "participant", "voter", "pid")
STATEMENT = ("comment-id", "statement-id", "statement", "comment", "tid")
TIME = ("timestamp", "modified")
AUTHOR = ("author-id", "author")
TEXT = ("comment-body", "statement-text", "text", "body", "txt")
BESIDE = frozenset(("xid", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"))
"""Columns of the matrix that hold no votes."""
VOTES = {"1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1}
REJECTED = "-1"
MODERATED = frozenset(("", "-1", "0", "1"))
LONGEST_ID = 200
LONGEST_TIME = 18
MOST_FAULTS = 10_000
FORMS = (
    "the headings are missing: the first row must hold “voter-id”, “comment-id” and “vote”, or "
    "“participant” and one column for each statement"
)


@dataclass(frozen=True)
class Statements:
    """What is known of statements: their words, and which were rejected by a moderator.

    Where a table tells it: ``authors``, their ids among the participants; ``seeds``, which are the
    convenors'; ``times``, when each was written, in the table's own unit. ``rows`` is where each
    stands.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()
    authors: Mapping[str, str] = field(default_factory=dict)
    seeds: frozenset[str] = frozenset()
    times: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)


def read_votes(rows: Rows, name: str, rejected: Collection[str] = ()) -> Votes:
    """The votes of a table called ``name`` in messages, without those on ``rejected`` statements.

    Either one vote in each row, later ones of the same person on the same statement in place of
    earlier ones, or a matrix with a row for each person and a column for each statement. Everybody
    in it counts as a participant. Raises ``OpinionRefused`` with all that is wrong.
    """
    table = _Table(rows, name)
    if {"participant"} <= set(table.keys) and "vote" not in table.keys:
        return _read_matrix(table, rejected)
    return _read_list(table, rejected)


def read_statements(rows: Rows, name: str) -> Statements:
    """The statements of a table: their ids, and what else it tells of them.

    Raises ``OpinionRefused`` with all that is wrong.
    """
    table = _Table(rows, name)
    at_id, at_text = table.need(STATEMENT), table.find(TEXT)
    at_state, at_author = table.find(("moderated",)), table.find(AUTHOR)
    at_seed, at_time = table.find(("is-seed",)), table.find(TIME)
    table.stop()
    texts: dict[str, str] = {}
    rejected, seeds = set(), set()
    authors: dict[str, str] = {}
    times, places = dict[str, int](), dict[str, int]()
    for number, cells in table.body():
        statement = table.an_id(number, cells, at_id)
        if statement is None:
            continue
        if statement in texts:
            table.fault(number, at_id, f"“{statement}” stands in two rows; take one out")
        texts[statement] = " ".join(cells[at_text].split()) if at_text is not None else ""
        places[statement] = number
        if at_author is not None and cells[at_author]:
            authors[statement] = cells[at_author]
        if at_seed is not None and cells[at_seed].casefold() in ("true", "1"):
            seeds.add(statement)
        if at_time is not None and cells[at_time].isascii() and cells[at_time].isdigit():
            times[statement] = int(cells[at_time][:LONGEST_TIME])
        state = cells[at_state] if at_state is not None else ""
        if state not in MODERATED:
            words = "is neither -1 (rejected) nor 0 nor 1 (accepted)"
            table.fault(number, at_state, f"“{_short(state)}” {words}")
        if state == REJECTED:
            rejected.add(statement)
    table.stop()
    return Statements(texts, frozenset(rejected), authors, frozenset(seeds), times, places)


def read_declared(
    rows: Rows, name: str, participants: Sequence[str]
) -> tuple[tuple[Declared, ...], list[str]]:
    """What participants said of themselves, a heading each, and what is to be said about it.

    Values that differ only in case or spaces are one, spelt as most people do. Blank cells, and
    what says that somebody did not say, are unstated. Raises ``OpinionRefused`` with all that is
    wrong.
    """
    table = _Table(rows, name)
    at_id = table.need((*PERSON, "id"))
    headings = [at for at, key in enumerate(table.keys) if at != at_id and key]
    if not headings:
        table.fault(table.first, None, "no column besides the ids; add one for each characteristic")
    table.stop()
    found: dict[str, list[str]] = {}
    for number, cells in table.body():
        person = table.an_id(number, cells, at_id)
        if person is not None and person in found:
            table.fault(number, at_id, f"“{person}” stands in two rows; take one out")
        elif person is not None:
            found[person] = cells
    table.stop()
    declared = []
    for at in headings:
        spelt: dict[str, Counter[str]] = {}
        for answers in found.values():
            spelt.setdefault(fold(answers[at]), Counter())[answers[at]] += 1
        shown = {
            key: min(ways, key=lambda way: (-ways[way], way))
            for key, ways in spelt.items()
            if key and "".join(filter(str.isalnum, key)) not in UNSTATED
        }
        values = [
            shown.get(fold(found[person][at])) if person in found else None
            for person in participants
        ]
        declared.append(Declared(table.headings[at], values))
    known = set(participants)
    notes = []
    if missing := sum(person not in found for person in participants):
        notes.append(
            f"Participants whom {name} does not hold: {missing:,} of {len(participants):,}."
        )
    if others := sum(person not in known for person in found):
        notes.append(f"People in {name} who did not vote: {others:,}.")
    return tuple(declared), notes


def _read_list(table: _Table, rejected: Collection[str]) -> Votes:
    at_person, at_statement = table.need(PERSON), table.need(STATEMENT)
    at_vote, at_time = table.need(("vote",)), table.find(TIME)
    if table.faults:
        table.faults[:] = [Fault(table.name, table.first, "", FORMS), *table.doubled]
    table.stop()
    persons: dict[str, int] = {}
    texts: dict[str, int] = {}
    people, about, values, times = array("i"), array("i"), array("b"), array("q")
    left_out = set(rejected)
    dropped = 0
    for number, cells in table.body():
        person = table.an_id(number, cells, at_person)
        statement = table.an_id(number, cells, at_statement)
        vote = table.a_vote(number, cells[at_vote], at_vote)
        time = table.a_time(number, cells, at_time)
        if person is None or statement is None or vote is None or time is None:
            continue
        row = persons.setdefault(person, len(persons))
        if statement in left_out:
            dropped += 1
            continue
        people.append(row)
        about.append(texts.setdefault(statement, len(texts)))
        values.append(vote)
        times.append(time)
    return _whole(
        table,
        persons,
        texts,
        (people, about, values),
        times if at_time is not None else None,
        dropped,
    )


def _read_matrix(table: _Table, rejected: Collection[str]) -> Votes:
    at_person = table.need(("participant",))
    columns = [at for at, key in enumerate(table.keys) if at != at_person and key not in BESIDE]
    ids = [table.headings[at] for at in columns]
    for at, statement in zip(columns, ids, strict=True):
        if not _is_id(statement):
            words = "has no id of a statement for its heading; give it one"
            table.fault(table.first, None, f"column {at + 1} {words}")
    for statement, count in Counter(ids).items():
        if count > 1 and statement:
            words = f"“{_short(statement)}” is the heading of {count} columns; keep one"
            table.fault(table.first, None, words)
    if not columns:
        table.fault(table.first, None, "no column for a statement; add one for each")
    table.stop()
    left_out = set(rejected)
    places = {at: i for i, at in enumerate(columns)}
    persons: dict[str, int] = {}
    people, about, values = array("i"), array("i"), array("b")
    dropped = 0
    for number, cells in table.body():
        person = table.an_id(number, cells, at_person)
        if person is not None and person in persons:
            table.fault(number, at_person, f"“{person}” stands in two rows; take one out")
            continue
        given = [(at, cells[at]) for at in columns if cells[at]]
        row = len(persons)
        if person is not None and given:
            persons[person] = row
        for at, cell in given:
            vote = table.a_vote(number, cell, at)
            if vote is None or person is None:
                continue
            if ids[places[at]] in left_out:
                dropped += 1
                continue
            people.append(row)
            about.append(places[at])
            values.append(vote)
    used = sorted(set(about))
    texts = {ids[place]: new for new, place in enumerate(used)}
    renumbered = np.searchsorted(used, about) if used else np.array(about)
    return _whole(table, persons, texts, (people, renumbered, values), None, dropped)


def _whole(
    table: _Table,
    persons: Mapping[str, int],
    texts: Mapping[str, int],
    given: tuple[Any, Any, Any],
    times: array[int] | None,
    dropped: int,
) -> Votes:
    if not len(given[0]) and not table.faults:
        words = "holds no vote; write one in each row"
        if dropped:
            words = f"holds no vote on a statement that was not rejected ({dropped:,} on others)"
        table.faults.append(Fault(table.name, 0, "", words))
    table.stop()
    people, about, values = map(np.asarray, given)
    when = None if times is None else np.asarray(times)
    return gather_votes(list(persons), list(texts), people, about, values, when)


class _Table:
    """A table while it is read: its headings, then its rows; gathers faults."""

    def __init__(self, rows: Rows, name: str) -> None:
        self.name, self.faults, self.doubled = name, list[Fault](), list[Fault]()
        self._rows = iter(rows)
        for number, row in self._rows:
            if any(cell.strip() for cell in row):
                self.first = number
                self.headings = [heading.strip(" \t\ufeff") for heading in row]
                break
        else:
            raise OpinionRefused([Fault(name, 0, "", "is empty; choose the file again")])
        self.keys = [heading.casefold().replace("_", "-") for heading in self.headings]

    def find(self, names: Sequence[str]) -> int | None:
        """Where the first of ``names`` stands as a heading."""
        for name in names:
            if (count := self.keys.count(name)) > 1:
                words = f"“{name}” is the heading of {count} columns; keep one"
                self.doubled.append(Fault(self.name, self.first, "", words))
                self.faults.append(self.doubled[-1])
            if count:
                return self.keys.index(name)
        return None

    def need(self, names: Sequence[str]) -> int:
        """The same where it has to be there."""
        at = self.find(names)
        if at is None:
            words = f"no column has the heading “{names[0]}”; add it"
            self.faults.append(Fault(self.name, self.first, "", words))
        return at or 0

    def fault(self, number: int, at: int | None, problem: str) -> None:
        column = self.headings[at] if at is not None else ""
        self.faults.append(Fault(self.name, number, _short(column), problem))
        if len(self.faults) >= MOST_FAULTS:
            self.stop()

    def stop(self) -> None:
        """Raise what is wrong so far, if anything."""
        if self.faults:
            raise OpinionRefused(self.faults)

    def body(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that holds something, as many cells as there are headings."""
        width = len(self.headings)
        for number, row in self._rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if len(cells) < width:
                words = f"has {len(cells)} cells, the headings {width}; complete it or take it out"
                self.fault(number, None, words)
            elif any(cells[width:]):
                words = "has more cells than there are headings; look for a stray comma"
                self.fault(number, None, words)
            else:
                yield number, cells

    def an_id(self, number: int, cells: Sequence[str], at: int) -> str | None:
        text = cells[at]
        if _is_id(text):
            return text
        words = "is empty; write the id"
        if text:
            words = f"“{_short(text)}” is too long for an id, or holds signs that cannot be shown"
        self.fault(number, at, words)
        return None

    def a_vote(self, number: int, text: str, at: int) -> int | None:
        vote = VOTES.get(text)
        if vote is None:
            said = f"“{_short(text)}” is no vote" if text else "is empty"
            self.fault(number, at, f"{said}; write 1 (agree), 0 (pass) or -1 (disagree)")
        return vote

    def a_time(self, number: int, cells: Sequence[str], at: int | None) -> int | None:
        if at is None:
            return 0
        text = cells[at]
        if text.isascii() and text.isdigit() and len(text) <= LONGEST_TIME:
            return int(text)
        said = f"“{_short(text)}” is no moment" if text else "is empty"
        self.fault(number, at, f"{said}; write a whole number that grows with time")
        return None


def _is_id(text: str) -> bool:
    return bool(text) and len(text) <= LONGEST_ID and text.isprintable()


def _short(text: str) -> str:
    """A cell as it may be quoted: in one line, not too long, without signs that do something."""
    shown = "".join(sign if sign.isprintable() else "�" for sign in text[:40])
    return shown + ("…" if len(text) > len(shown) else "")
