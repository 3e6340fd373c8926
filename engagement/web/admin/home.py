"""The administrator's first page."""

from __future__ import annotations

from flask import render_template

from engagement.accounts.rules import Role
from engagement.audit.service import current_head
from engagement.runs.queries import list_workers
from engagement.web.access import staff_only
from engagement.web.admin.door import admin


@admin.get("/")
@staff_only(Role.ADMINISTRATOR)
def home() -> str:
    """Where everything is, and whether the background work is being done."""
    return render_template("admin/home.html", head=current_head(), workers=list_workers())
