"""The first page: which partnerships are here; and the components that pages are made of."""

from __future__ import annotations

from flask import Response as JsonResponse
from flask import abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engagement.exports.rules import CONTRIBUTION_SCHEMA
from engagement.partnerships.queries import find_partnership, list_partnerships
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
def contribution_schema() -> JsonResponse:
    """What the export of a corpus holds, as a JSON schema."""
    return jsonify(CONTRIBUTION_SCHEMA)


@public.get("/<short>")
@anyone
def short_address(short: str) -> Response:
    """The address in a letter, short enough to type, in whatever letters: on to entering a code."""
    partnership = find_partnership(short.lower()) or abort(404)
    return redirect(url_for("residents.enter_code", slug=partnership.slug), 303)
