"""A partnership's own pages: welcome, contact, and the statements that the law asks for."""

from __future__ import annotations

from datetime import date

from flask import render_template
from markupsafe import Markup

from engagement.audit.service import current_head
from engagement.web.access import anyone
from engagement.web.public.door import public

# A test fails when the statement has not been reviewed for a year.
STATEMENT_PREPARED = date(2026, 11, 22)
STATEMENT_REVIEWED = date(2026, 11, 22)


@public.get("/p/<slug>/")
@anyone
def home() -> str:
    """What this is and how to take part."""
    return render_template("public/home.html")


@public.get("/p/<slug>/contact")
@anyone
def contact() -> str:
    """How to reach the partnership, without a computer too."""
    return render_template("public/contact.html")


@public.get("/p/<slug>/privacy")
@anyone
def privacy() -> str:
    """What is held about people, why, and for how long."""
    return render_template("public/privacy.html")


@public.get("/p/<slug>/cookies")
@anyone
def cookies() -> str:
    """The cookies: only what is strictly needed."""
    return render_template("public/cookies.html")


@public.get("/p/<slug>/accessibility")
@anyone
def accessibility() -> str:
    """The accessibility statement."""
    return render_template(
        "public/accessibility.html", prepared=STATEMENT_PREPARED, reviewed=STATEMENT_REVIEWED
    )


@public.get("/p/<slug>/records")
@anyone
def records() -> str:
    """How changes are recorded, and the present head of the chain."""
    head = current_head()
    fingerprint = Markup('<code class="app-key">{}</code>').format(head)
    return render_template("public/records.html", head=head, fingerprint=fingerprint)


@public.get("/p/<slug>/signed-out")
@anyone
def signed_out() -> str:
    """After signing out."""
    return render_template("public/signed_out.html")


@public.get("/p/<slug>/deleted")
@anyone
def deleted() -> str:
    """The last page of who had everything about themselves deleted."""
    return render_template("public/deleted.html")
