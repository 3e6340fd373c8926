"""What machines ask: is the process alive, and can it serve."""

from __future__ import annotations

from flask import Response, jsonify

from engagement.database.readiness import database_problem
from engagement.web.access import anyone
from engagement.web.kit.assets import assets_problem
from engagement.web.public.door import public


@public.get("/healthz")
@anyone
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@public.get("/readyz")
@anyone
def ready() -> tuple[Response, int]:
    """The database answers with the expected tables, and the front end is built."""
    problems = [problem for problem in (database_problem(), assets_problem()) if problem]
    if problems:
        return jsonify(status="not ready", problems=problems), 503
    return jsonify(status="ready"), 200
