"""Where help is, shown at once to somebody whose words may tell of harm.

Whoever takes a contribution in calls ``remember_help`` with its public id, and shows what
``help_now`` gives on the page after it, by the macro of that name: on every page after it, so that
it is still there when somebody comes back to the page.
"""

from __future__ import annotations

from flask import session

from engagement.contributions.noticing import help_lines, needs_help

SHOW = "show_lines"


def remember_help(public_id: str) -> None:
    """Note in the browser whether the page after this contribution shows where help is."""
    if needs_help(public_id):
        session[SHOW] = True
    else:
        session.pop(SHOW, None)


def help_now() -> list[str] | None:
    """Where help is near here, to be shown now; ``None`` where nothing calls for it."""
    return help_lines() if session.get(SHOW) else None
