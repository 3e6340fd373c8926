"""Reads of draws and chances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engagement.extensions import db
from engagement.panels.models import Draw, DrawChance, Panel, Registration
from engagement.panels.queries import PanelRow, find_panel
from engagement.panels.rules import DrawState


@dataclass(frozen=True)
class UnstatedRow:
    """The mean chance of those who left a question open, beside that of the others."""

    feature: str
    chance: float
    others: float


@dataclass(frozen=True)
class DrawRow:
    """A draw as its pages show it. ``facts``: what was published with its root."""

    id: int
    public_id: str
    panel_id: int
    number: int
    state: DrawState
    run_public_id: str
    seats: int
    tickets: int
    registrants: int
    root: str
    exact: bool
    gap: float
    smallest_chance: float
    greatest_chance: float
    facts: dict[str, Any]
    seed_source: str
    seed_due: str
    seed: str
    seed_entered_by: str
    ticket: int | None
    problem: str
    created_at: datetime
    committed_at: datetime | None
    drawn_at: datetime | None
    void_at: datetime | None
    void_reason: str

    @property
    def is_public(self) -> bool:
        """Whether everyone may see it: its root was published."""
        return self.committed_at is not None

    @property
    def deviation(self) -> float | None:
        """How far somebody's share of the tickets is from their chance at most; ``None`` before
        the draw is worked out."""
        found: float | None = self.facts.get("deviation")
        return found

    def unstated(self) -> list[UnstatedRow]:
        """What leaving a question open did to chances; empty where nobody did, or none is kept."""
        return [
            UnstatedRow(one["feature"], one["chance"], one["others"])
            for one in self.facts.get("unstated", [])
        ]

    def targets(self) -> dict[tuple[str, str], tuple[int, int]]:
        """The least and the most seats by feature and value, as they were bound by the root."""
        return {
            (row["feature"], row["value"]): (row["least"], row["most"])
            for one in self.facts.get("opened", [])
            if one["record"]["part"] == "targets"
            for row in one["record"]["rows"]
        }

    def counts(self) -> dict[str, list[dict[str, Any]]]:
        """The counts of registrants by one feature at a time, as published."""
        found: dict[str, list[dict[str, Any]]] = {}
        for one in self.facts.get("opened", []):
            if one["record"]["part"] == "counts":
                for row in one["record"]["rows"]:
                    found.setdefault(row["feature"], []).append(row)
        return found


_DRAW = tuple(getattr(Draw, name) for name in DrawRow.__dataclass_fields__)


def draws_of(panel_id: int) -> list[DrawRow]:
    """The draws of a panel, the first first."""
    rows = db.session.execute(select(*_DRAW).where(Draw.panel_id == panel_id).order_by(Draw.number))
    return [DrawRow(*row) for row in rows]


def find_draw(visible: frozenset[int] | None, public_id: str) -> DrawRow | None:
    """A draw, where the reader may see its panel's programme."""
    found = find_draw_and_panel(visible, public_id)
    return found[0] if found else None


def find_draw_and_panel(
    visible: frozenset[int] | None, public_id: str
) -> tuple[DrawRow, PanelRow] | None:
    """A draw with its panel, where the reader may see the panel's programme."""
    row = db.session.execute(
        select(Panel.public_id.label("panel"), *_DRAW)
        .join(Panel, Panel.id == Draw.panel_id)
        .where(Draw.public_id == public_id)
    ).one_or_none()
    panel = find_panel(visible, row.panel) if row else None
    return (DrawRow(*row[1:]), panel) if row and panel else None


@dataclass(frozen=True)
class OwnResult:
    """What a draw meant for one registrant."""

    draw: str
    number: int
    state: DrawState
    chance: float
    drawn_at: datetime | None


def own_results(panel_id: int, resident_id: int) -> list[OwnResult]:
    """The published draws of a panel in which a resident took part, the first first."""
    rows = db.session.execute(
        select(Draw.public_id, Draw.number, Draw.state, DrawChance.chance, Draw.drawn_at)
        .join(DrawChance, DrawChance.draw_id == Draw.id)
        .join(Registration, Registration.id == DrawChance.registration_id)
        .where(
            Draw.panel_id == panel_id,
            Draw.committed_at.is_not(None),
            Registration.resident_id == resident_id,
        )
        .order_by(Draw.number)
    )
    return [OwnResult(*row) for row in rows]
