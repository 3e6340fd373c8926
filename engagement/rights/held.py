"""All rows about one resident, in one question to the database.

Every table on the way is a part of one ``UNION ALL``: its columns stand in slots of their type, and
what a table does not have is empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from engagement.database.columns import BigKey, UtcDateTime
from engagement.database.tenancy import FILTERS_ITSELF, current_partnership_id
from engagement.extensions import Base, db
from engagement.rights.ties import SEALS, START, Tie, reached, ties

KINDS: dict[str, Any] = {
    "moment": UtcDateTime(),
    "day": Date(),
    "yes_or_no": Boolean(),
    "share": Float(),
    "fields": JSON(),
    "number": BigInteger(),
    "text": Text(),
}
# What a row is about, by the tables that lead to a name for it.
_PANEL = (("panel_id", "panel"), ("activity_id", "activity"))
_REGISTERED = (("registration_id", "registration"), *_PANEL)
_MEMBER = (("member_id", "member"), *_PANEL)
_AT_SESSION = (("session_id", "session"),)
_SAID = (("contribution_id", "contribution"), ("programme_id", "programme"))
ABOUT: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "registration": (_PANEL, "title"),
    "registration_answer": (_REGISTERED, "title"),
    "support_need": (_REGISTERED, "title"),
    "seat": (_PANEL, "title"),
    "member": (_PANEL, "title"),
    "member_role": (_MEMBER, "title"),
    "member_interest": (_MEMBER, "title"),
    "lottery_member": ((("lottery_id", "member_lottery"),), "name"),
    "member_contact": ((("ask_id", "member_ask"),), "title"),
    "draw_chance": ((("draw_id", "draw"), *_PANEL), "title"),
    "recommendation_source": ((("recommendation_id", "recommendation"), *_PANEL), "title"),
    "ballot_voter": ((("ballot_id", "ballot"),), "question"),
    "ballot_envelope": ((("voter_id", "ballot_voter"), ("ballot_id", "ballot")), "question"),
    "straw_vote": ((("voter_id", "ballot_voter"), ("ballot_id", "ballot")), "question"),
    "attendance": (_AT_SESSION, "title"),
    "session_helper": (_AT_SESSION, "title"),
    "table_seat": ((("plan_id", "table_plan"), *_AT_SESSION), "title"),
    "table_pin_seat": ((("pin_id", "table_pin"), *_AT_SESSION), "title"),
    "session_question": (_AT_SESSION, "title"),
    "round_question": ((("round_id", "round"),), "title"),
    "round_answer": ((("task_id", "round_task"),), "text"),
    "evaluation": (_PANEL, "title"),
    "invitation": ((("batch_id", "invitation_batch"), *_PANEL), "title"),
    "participant": ((("programme_id", "programme"),), "name"),
    "contribution": ((("programme_id", "programme"),), "name"),
    "vote": ((("statement_id", "statement"), ("activity_id", "activity")), "title"),
    "statement": ((("activity_id", "activity"),), "title"),
    "survey_answer": ((("question_id", "survey_question"),), "text"),
    "survey_response": ((("survey_id", "survey"), ("activity_id", "activity")), "title"),
    "map_place": ((("opinion_map_id", "opinion_map"), ("activity_id", "activity")), "title"),
    "moderation_decision": (_SAID, "name"),
    "taken_down": (_SAID, "name"),
    "appeal": (_SAID, "name"),
    "safeguarding_note": (_SAID, "name"),
}


@dataclass(frozen=True)
class Held:
    """One row about a person; ``about`` names the panel, programme or session that it is of."""

    table: str
    about: str
    values: Mapping[str, Any]


def held_about(resident_id: int) -> list[Held]:
    """Every row about a resident of the partnership that is being served, table by table."""
    statement, slots = _statement()
    here = {"resident": resident_id, "here": current_partnership_id()}
    rows = db.session.execute(statement, here, execution_options={FILTERS_ITSELF: True})
    found = [
        Held(
            row.table_name,
            row.about or "",
            {name: getattr(row, slot) for name, slot in slots[row.table_name].items()},
        )
        for row in rows
    ]
    order = {name: place for place, name in enumerate(reached())}
    return sorted(found, key=lambda held: (order[held.table], held.values["id"]))


@cache
def _statement() -> tuple[Any, dict[str, dict[str, str]]]:
    """The question, and for each table the slot of each of its columns."""
    slots: dict[str, dict[str, str]] = {}
    most: Counter[str] = Counter()
    for name in reached():
        used: Counter[str] = Counter()
        slots[name] = {}
        for column in _columns(name):
            kind = _kind(column)
            slots[name][column.name] = f"{kind}_{used[kind]}"
            used[kind] += 1
        most |= used
    every = [(f"{kind}_{place}", kind) for kind, count in most.items() for place in range(count)]
    parts = [_part(name, keys, slots[name], every) for name, keys in _keys().items()]
    return union_all(*parts), slots


def _part(
    name: str, keys: CTE, slots: Mapping[str, str], every: list[tuple[str, str]]
) -> Select[Any]:
    table = Base.metadata.tables[name]
    by_slot = {slot: table.c[column] for column, slot in slots.items()}
    columns: list[Any] = [
        (
            type_coerce(by_slot[slot], KINDS[kind])
            if slot in by_slot
            else cast(null(), KINDS[kind])
        ).label(slot)
        for slot, kind in every
    ]
    return (
        select(literal(name, Text()).label("table_name"), _about(name).label("about"), *columns)
        .select_from(table)
        .where(table.c.id.in_(select(keys.c.id)))
    )


def _keys() -> dict[str, CTE]:
    """For each table on the way the keys of the person's rows, each found from its parents'."""
    keys: dict[str, CTE] = {}
    for name in reached():
        table = Base.metadata.tables[name]
        own = table.c.partnership_id == bindparam("here", type_=BigKey)
        if name == START:
            which = table.c.id == bindparam("resident", type_=BigKey)
        elif name == SEALS:
            which = table.c.id.in_(_sealed(keys))
        else:
            which = or_(*(_tied(table.c[t.column], keys, t) for t in ties() if t.table == name))
        keys[name] = select(table.c.id).where(own, which).cte(f"held_{name}")
    return keys


def _tied(column: Column[Any], keys: Mapping[str, CTE], tie: Tie) -> Any:
    held = keys[tie.parent]
    if tie.key == "id":
        return column.in_(select(held.c.id))
    parent = Base.metadata.tables[tie.parent]
    return column.in_(select(parent.c[tie.key]).where(parent.c.id.in_(select(held.c.id))))


def _sealed(keys: Mapping[str, CTE]) -> Select[Any]:
    """The sealed words of records about the person, or about anything of theirs.

    From the seals, which are few, to the entries: the chain itself is long.
    """
    seal, entry = Base.metadata.tables[SEALS], Base.metadata.tables["audit_entry"]
    names = [
        select(table.c.public_id).where(table.c.id.in_(select(held.c.id)))
        for table, held in ((Base.metadata.tables[name], held) for name, held in keys.items())
        if "public_id" in table.c
    ]
    return (
        select(seal.c.id)
        .join(entry, entry.c.id == seal.c.entry_id)
        .where(entry.c.object_id.in_(union_all(*names)))
    )


def _about(name: str) -> Any:
    if name not in ABOUT:
        return cast(null(), Text())
    steps, title = ABOUT[name]
    start = Base.metadata.tables[name]
    (column, first), *more = [(step, Base.metadata.tables[to].alias()) for step, to in steps]
    joined, at = first, first
    for step, to in more:
        joined = joined.join(to, to.c.id == at.c[step])  # type: ignore[assignment]
        at = to
    return (
        select(type_coerce(at.c[title], Text()))
        .select_from(joined)
        .where(first.c.id == start.c[column])
        .correlate(start)
        .scalar_subquery()
    )


def _columns(name: str) -> list[Column[Any]]:
    table = Base.metadata.tables[name]
    return [column for column in table.columns if column.name != "partnership_id"]


def _kind(column: Column[Any]) -> str:
    kind = column.type
    for name, family in (
        ("moment", UtcDateTime),
        ("day", Date),
        ("yes_or_no", Boolean),
        ("share", Float),
        ("fields", JSON),
        ("number", Integer),
    ):
        if isinstance(kind, family):
            return name
    return "text"
