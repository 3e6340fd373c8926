"""The first page: which partnerships are here; and the components that pages are made of."""

from __future__ import annotations

from flask import render_template, request

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
