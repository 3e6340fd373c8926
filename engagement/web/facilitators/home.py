"""The first page of those who work with residents."""

from __future__ import annotations

from flask import render_template, request

from engagement.accounts.rules import Role
from engagement.programmes.queries import list_programmes
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.quick_log import RECORDERS
from engagement.web.facilitators.residents import HELPERS
from engagement.web.kit import Page, page_number
from engagement.web.visits import require_principal

ROLES = (Role.FACILITATOR, Role.PHONE_OPERATOR, Role.SAFEGUARDING_LEAD)
PAGE_SIZE = 50


@facilitators.get("/")
@staff_only(*ROLES)
def home() -> str:
    """The programmes that one works in."""
    number = page_number(request.args.get("page"))
    principal = require_principal()
    visible = principal.programmes_with(*ROLES)
    rows, total = list_programmes(visible, number, PAGE_SIZE)
    return render_template(
        "facilitators/home.html",
        page=Page(rows, number, PAGE_SIZE, total),
        makes_sense_of=principal.programmes_with(Role.FACILITATOR, Role.OFFICER),
        records_for=principal.programmes_with(*RECORDERS),
        may_register=bool(principal.all_roles.intersection(HELPERS)),
        may_safeguard=Role.SAFEGUARDING_LEAD in principal.all_roles,
        may_help=bool(principal.roles.intersection(HELPERS)),
    )
