"""The first page of officers and board members."""

from __future__ import annotations

from flask import render_template, request

from engagement.accounts.rules import Role
from engagement.programmes.queries import list_programmes
from engagement.web.access import staff_only
from engagement.web.kit import Page, page_number
from engagement.web.officers.door import officers
from engagement.web.visits import require_principal
from engagement.web.words import STATUS_COLOUR, STATUS_TEXT

READERS = (Role.OFFICER, Role.BOARD_MEMBER)
PAGE_SIZE = 50


@officers.get("/")
@staff_only(*READERS)
def home() -> str:
    """The programmes that one may see."""
    number = page_number(request.args.get("page"))
    principal = require_principal()
    rows, total = list_programmes(principal.programmes_with(*READERS), number, PAGE_SIZE)
    return render_template(
        "officers/home.html",
        page=Page(rows, number, PAGE_SIZE, total),
        may_create=Role.OFFICER in principal.roles or principal.organisation_id is not None,
        status_text=STATUS_TEXT,
        status_colour=STATUS_COLOUR,
    )
