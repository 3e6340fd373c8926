"""The first page: which partnerships are here; and the components that pages are made of."""

from __future__ import annotations

from flask import Response, jsonify, render_template, request

from engagement.exports.rules import CONTRIBUTION_SCHEMA
from engagement.partnerships.queries import list_partnerships
from engagement.web.access import anyone
from engagement.web.kit.living import living_page
from engagement.web.public.door import public


@public.get("/")
@anyone
def index() -> str:
    """The partnerships that this installation serves."""
    return render_template("public/index.html", partnerships=list_partnerships())


@public.get("/kit")
@anyone
def kit() -> str:
    """Every component, for those who make pages."""
    return render_template("kit/index.html", **living_page(request.args.get("state", "")))


@public.get("/schemas/contribution.json")
@anyone
def contribution_schema() -> Response:
    """What the export of a corpus holds, as a JSON schema."""
    return jsonify(CONTRIBUTION_SCHEMA)
