"""Use cases of what a session is about: its agenda."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select, update

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.panels.service import Visible
from engagement.sessions.errors import ChangedMeanwhile, UnknownItem
from engagement.sessions.models import AgendaItem, Session, TableNote
from engagement.sessions.rules import ItemPlan
from engagement.sessions.service import part_of, session_to_change


@transactional
def add_items(visible: Visible, session: str, plans: Sequence[ItemPlan]) -> list[str]:
    """Add items at the end of an agenda; returns their public ids. Raises ``UnknownSession``."""
    row = session_to_change(visible, session)
    last = len(items_to_change(row))
    made = [
        AgendaItem(session_id=row.id, place=last + number, **asdict(plan))
        for number, plan in enumerate(plans, start=1)
    ]
    db.session.add_all(made)
    db.session.flush()
    record("session.agenda added to", "session", session, facts={"items": len(made)})
    return [item.public_id for item in made]


@transactional
def change_item(visible: Visible, session: str, item: str, plan: ItemPlan, version: int) -> None:
    """Change an item; ``version`` is that of the item when the form was opened.

    Raises ``UnknownSession``, ``UnknownItem``, or ``ChangedMeanwhile``: then nothing was saved.
    """
    row = session_to_change(visible, session)
    found = part_of(row, AgendaItem, item)
    if found.version != version:
        raise ChangedMeanwhile(item)
    for name, value in asdict(plan).items():
        setattr(found, name, value)
    found.version += 1
    record("session.agenda changed", "session", session, facts={"item": item})


@transactional
def move_item(visible: Visible, session: str, item: str, *, up: bool) -> None:
    """Move an item one place up or down. Raises ``UnknownSession`` or ``UnknownItem``."""
    row = session_to_change(visible, session)
    items = items_to_change(row)
    at = next((place for place, one in enumerate(items) if one.public_id == item), None)
    if at is None:
        raise UnknownItem(item)
    other = at - 1 if up else at + 1
    if 0 <= other < len(items):
        items[at], items[other] = items[other], items[at]
        _number(items)
        record("session.agenda moved", "session", session, facts={"item": item})


@transactional
def remove_item(visible: Visible, session: str, item: str) -> None:
    """Take an item off the agenda; what tables wrote at it stays, without it.

    Raises ``UnknownSession`` or ``UnknownItem``.
    """
    row = session_to_change(visible, session)
    found = part_of(row, AgendaItem, item)
    db.session.execute(update(TableNote).where(TableNote.item_id == found.id).values(item_id=None))
    if row.item_id == found.id:
        row.item_id = row.item_at = row.paused_at = None
    db.session.delete(found)
    db.session.flush()
    _number(items_to_change(row))
    record("session.agenda shortened", "session", session, facts={"item": item})


def items_to_change(row: Session) -> list[AgendaItem]:
    """The items of an agenda in order, to change them."""
    return list(
        db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.session_id == row.id)
            .order_by(AgendaItem.place, AgendaItem.id)
        )
    )


def _number(items: Sequence[AgendaItem]) -> None:
    for place, item in enumerate(items, start=1):
        item.place = place
