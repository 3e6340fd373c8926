"""Working a draw out: the fairest lottery, its tickets, and the root that binds them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from engagement.audit.service import record
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.files.service import keep_file
from engagement.methods.sortition.commitment import Draw as Terms
from engagement.methods.sortition.commitment import commit, salts_needed
from engagement.methods.sortition.packs import write_auditor_pack, write_commitment
from engagement.methods.sortition.pool import Pool
from engagement.panels.draws import (
    AUDITOR,
    COMMITMENT,
    KEPT,
    STALLED,
    announced,
    draw_with_panel,
    media_type,
)
from engagement.panels.models import Draw, DrawChance
from engagement.panels.pool import fingerprint, rules_of, sortition_input
from engagement.panels.queries import features_of
from engagement.panels.rules import DrawState, withheld_counts
from engagement.panels.small_numbers import bounds
from engagement.panels.verifiers import verifiers

if TYPE_CHECKING:
    from engagement.methods.sortition.selection import Selection


@dataclass(frozen=True)
class Worked:
    """A draw as it was worked out, before it is kept; ``problem`` where no panel can be drawn."""

    pool: str
    problem: str = ""
    root: str = ""
    files: dict[str, bytes] | None = None
    chances: tuple[tuple[int, int, float], ...] = ()
    figures: dict[str, Any] | None = None
    facts: dict[str, Any] | None = None


def work_out(draw_public_id: str, checkpoint: Callable[[], None]) -> Worked:
    """Find the lottery of a draw and bind it to its root; reads and reckons, writes nothing."""
    # Only here: whoever shows a draw should not carry the solver.
    from engagement.methods.sortition.errors import SelectionRefused
    from engagement.methods.sortition.feasibility import TargetsCannotBeMet
    from engagement.methods.sortition.linear import SolverStalled
    from engagement.methods.sortition.selection import VERSION
    from engagement.methods.sortition.selection import select as select_panel

    draw, panel = draw_with_panel(draw_public_id)
    given = sortition_input(panel.id)
    pool, rules = given.pool, rules_of(panel.id)
    mark = fingerprint(given, rules)
    try:
        found = select_panel(
            given.targets,
            pool,
            panel.size,
            rules=rules,
            tickets=draw.tickets,
            checkpoint=checkpoint,
        )
    except (TargetsCannotBeMet, SelectionRefused) as error:
        return Worked(mark, str(error))
    except SolverStalled:
        return Worked(mark, STALLED)
    sources = [
        ", ".join(filter(None, (row.source, row.vintage)))
        for row in features_of(panel.id)
        for _ in row.targets
    ]
    terms = Terms(
        found.targets,
        found.pool,
        rules,
        found.lottery,
        found.tickets,
        VERSION,
        announced(draw),
        sources,
        _withheld(draw, pool),
        bounds()[1],
    )
    salts = [
        secrets.token_bytes(16) for _ in range(salts_needed(len(pool.ids), len(found.tickets)))
    ]
    bound = commit(terms, salts)
    check, audit = verifiers()
    numbers = {name: number for number, name in enumerate(sorted(pool.ids))}
    return Worked(
        mark,
        root=bound.root,
        files={
            COMMITMENT: write_commitment(bound),
            AUDITOR: write_auditor_pack(bound, None, check, audit),
        },
        chances=tuple(
            (given.ids[name], numbers[name], float(chance))
            for name, chance in found.chances.items()
        ),
        figures=_figures(found),
        facts=json.loads(write_commitment(bound)) | _told_besides(found),
    )


def _told_besides(found: Selection) -> dict[str, Any]:
    """What is told of a draw beside what its root binds; no average of a few people."""
    return {
        "deviation": float(found.deviation),
        "unstated": [
            {"feature": one.feature, "chance": one.chance, "others": one.others}
            for one in found.unstated()
            if one.people > bounds()[0]
        ],
    }


def _figures(found: Selection) -> dict[str, Any]:
    return {
        "exact": found.lottery.exact,
        "gap": found.lottery.gap,
        "smallest_chance": found.smallest_chance(),
        "greatest_chance": float(max(found.chances.values())),
        "registrants": len(found.pool.ids),
        "seats": found.lottery.size,
    }


@transactional
def keep_worked(draw_public_id: str, worked: Worked) -> dict[str, Any]:
    """Keep a draw that was worked out.

    Its files belong to the draw, not to the run: who looks after runs must not see people's rows.
    """
    draw, _ = draw_with_panel(draw_public_id, lock=True)
    if draw.state is not DrawState.PREPARING:
        return {"state": draw.state}
    draw.pool_mark = worked.pool
    if worked.problem:
        draw.state, draw.problem = DrawState.FAILED, worked.problem
        record("draw.failed", "draw", draw.public_id)
        return {"state": draw.state}
    assert worked.files is not None
    assert worked.figures is not None
    for name, content in worked.files.items():
        keep_file(draw.public_id, name, media_type(name), [content], KEPT)
    db.session.add_all(
        DrawChance(draw_id=draw.id, registration_id=registration, number=number, chance=chance)
        for registration, number, chance in worked.chances
    )
    for name, value in worked.figures.items():
        setattr(draw, name, value)
    draw.root, draw.facts, draw.state = worked.root, worked.facts or {}, DrawState.READY
    record("draw.ready", "draw", draw.public_id, facts={"root": draw.root})
    return {"state": draw.state}


def _withheld(draw: Draw, pool: Pool) -> frozenset[tuple[str, str | None]]:
    """What is not published of who registered. Only a panel's first published draw tells counts:
    those of a later one, with somebody more or less, would tell who that somebody is."""
    counts = pool.counts()
    told = select(Draw.id).where(
        Draw.panel_id == draw.panel_id, Draw.committed_at.is_not(None), Draw.id != draw.id
    )
    if db.session.scalar(told.limit(1)) is None:
        return withheld_counts(counts, bounds()[0])
    return frozenset((feature, value) for feature, found in counts.items() for value in found)
