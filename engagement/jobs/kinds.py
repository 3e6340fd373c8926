"""Every kind of run by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engagement.jobs.audit_check import AUDIT_CHECK
from engagement.jobs.audit_export import AUDIT_EXPORT
from engagement.jobs.draw_panel import DRAW
from engagement.jobs.find_themes import THEMES
from engagement.jobs.map_opinions import OPINIONS
from engagement.jobs.retention import RETENTION
from engagement.jobs.steps import RunKind
from engagement.jobs.try_draw import PANEL_FEASIBILITY

Registry = Mapping[str, RunKind]


def register(kinds: Iterable[RunKind]) -> Registry:
    """Kinds of runs by name."""
    return {kind.name: kind for kind in kinds}


KINDS = register([AUDIT_CHECK, AUDIT_EXPORT, DRAW, OPINIONS, PANEL_FEASIBILITY, RETENTION, THEMES])
