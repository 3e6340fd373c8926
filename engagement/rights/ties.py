"""From a resident to every table that holds something about them: foreign keys, and ties besides.

The way is found in the tables' own declarations, so that a new table that refers to a resident, or
to what is a resident's, is on it without being named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter

from engagement.extensions import Base

START = "resident"


@dataclass(frozen=True)
class Tie:
    """Rows of ``table`` are a person's where ``column`` is the ``key`` of their ``parent``."""

    table: str
    column: str
    parent: str
    key: str = "id"


# Ties that no foreign key makes, or that one makes the other way round.
DECLARED = (
    Tie("participant", "id", "participant_link", "participant_id"),
    Tie("letter_code", "id", START, "letter_code_id"),
)
# Foreign keys that lead to other people, or back.
NOT_FOLLOWED = {
    ("letter_code", START),  # the others of the household
    ("participant", "participant_link"),
    ("statement", "vote"),  # of the others who voted on it
    ("statement", "group_seen"),
    ("contribution", "table_note"),  # of tables, never of a person
}
# What is the letter's, and so the whole household's.
HOUSEHOLD = ("letter_code", "invitation")
# The sealed words of records about a person stand beside the chain; see ``held``.
SEALS = "audit_seal"
# Tables with personal columns that hold nothing about residents, and why.
NOT_ABOUT_RESIDENTS = {
    "staff": "members of staff",
    "draw_audit": "the auditor who signs, a member of staff",
    "oversight_signature": "a member of the oversight group, who signs in public",
    "session_leader": "leaders of organisations, who come as such",
    "table_note": "what a table said together; who said what stands nowhere",
    "ballot_reason": "why somebody voted so; who it was stands nowhere, for the vote is secret",
    "paper_entry": "what was typed of a form that names nobody, until two people agree on it",
}


@cache
def ties() -> tuple[Tie, ...]:
    """Every tie on the way, each once."""
    found: list[Tie] = []
    todo, seen = [START], {START}
    while todo:
        for tie in _ties_from(todo.pop(0)):
            found.append(tie)
            if tie.table not in seen:
                seen.add(tie.table)
                todo.append(tie.table)
    return tuple(found)


def _ties_from(parent: str) -> Iterator[Tie]:
    yield from (tie for tie in DECLARED if tie.parent == parent)
    for table in Base.metadata.tables.values():
        for key in table.foreign_key_constraints:
            to_parent = key.referred_table.name == parent and table.name != parent
            if to_parent and (parent, table.name) not in NOT_FOLLOWED:
                column = next(one for one in key.column_keys if one != "partnership_id")
                yield Tie(table.name, column, parent)


@cache
def reached() -> tuple[str, ...]:
    """The tables on the way, parents before their children; the sealed words last."""
    parents: dict[str, set[str]] = {START: set()}
    for tie in ties():
        parents.setdefault(tie.table, set()).add(tie.parent)
    return (*TopologicalSorter(parents).static_order(), SEALS)


def foreign_keys(table: str) -> set[str]:
    """The columns of a table that refer to others."""
    return {key.parent.name for key in Base.metadata.tables[table].foreign_keys}
