"""Auditing a draw: agreeing to how people's rows are handled, taking them, signing what was found.

An auditor is from outside the team: whoever also recruits in the programme is not let near rows.
"""

from __future__ import annotations

from io import BytesIO

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.panels import audits as service
from engagement.panels.draw_queries import DrawRow
from engagement.panels.draws import AUDITOR
from engagement.panels.errors import AlreadySigned, NotAgreed
from engagement.panels.queries import PanelRow
from engagement.panels.rules import AuditFinding
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS
from engagement.web.kit import Choice, KitForm, RadiosField, TextareaField, TextField
from engagement.web.visits import current_partnership, require_principal
from engagement.web.words import AUDIT_FINDING_TEXT


class StatementForm(KitForm):
    """What the auditor found, in their name."""

    finding = RadiosField(
        _l("What did you find?"),
        missing=_l("Choose what you found"),
        choices=[Choice(one.value, AUDIT_FINDING_TEXT[one]) for one in AuditFinding],
    )
    statement = TextareaField(
        _l("Your statement"),
        missing=_l("Enter your statement: what you checked, how, and what you found"),
        hint=_l("What you checked, how, and what you found. Name nobody who registered."),
        max_length=5000,
    )
    signed_as = TextField(
        _l("Your name and whom you work for"),
        missing=_l("Enter your name and whom you work for"),
        hint=_l("Everyone will see it under your statement."),
        max_length=200,
    )


def agreement_words() -> str:
    """What an auditor agrees to before they see people's rows."""
    return str(
        _(
            "I check this draw for the public, in nobody’s interest. The files hold a row for each"
            " person who registered. I use them for nothing but the check. I do not try to find"
            " out who somebody is. I keep the files where nobody else can open them, show them to"
            " nobody, and delete them within 30 days of signing my statement. Should I lose them, I"
            " tell %(partnership)s the same day.",
            partnership=current_partnership().name,
        )
    )


def _visible() -> frozenset[int] | None:
    """The programmes whose draws one may audit; ``None`` for all."""
    return require_principal().programmes_with(Role.AUDITOR)


def _draw(draw_id: str) -> tuple[DrawRow, PanelRow]:
    return service.find_draw_to_audit(_visible(), draw_id) or abort(404)


def _is_independent(panel: PanelRow) -> bool:
    """Whether this auditor has no hand in the recruiting of the panel."""
    recruits = require_principal().programmes_with(*RECRUITERS)
    return recruits is not None and panel.programme_id not in recruits


def _to(draw_id: str) -> Response:
    return redirect(url_for("facilitators.audit", draw_id=draw_id), 303)


@facilitators.get("/audits")
@staff_only(Role.AUDITOR)
def audits() -> str:
    """The draws that one may audit."""
    rows = service.draws_to_audit(_visible(), require_principal().public_id)
    return render_template("facilitators/audits.html", draws=rows)


@facilitators.route("/audits/<draw_id>", methods=["GET", "POST"])
@staff_only(Role.AUDITOR)
def audit(draw_id: str) -> str | Response:
    """One draw: how far one is with it. The form signs the statement."""
    draw, panel = _draw(draw_id)
    form = StatementForm()
    if form.validate_on_submit():
        if not _is_independent(panel):
            return _refuse(draw_id)
        try:
            service.sign_statement(
                _visible(),
                draw_id,
                AuditFinding(form.finding.data),
                form.statement.data,
                form.signed_as.data,
            )
        except NotAgreed:
            flash(_("Agree first, and take the files. Then sign what you found."))
        except AlreadySigned:
            flash(_("You have signed already. A statement that was published cannot be changed."))
        else:
            flash(_("Signed. Everyone can read it on the page of the draw."), "success")
        return _to(draw_id)
    return render_template(
        "facilitators/audit.html",
        draw=draw,
        panel=panel,
        form=form,
        audit=service.find_audit(draw.id, require_principal().public_id),
        agreement=agreement_words(),
        independent=_is_independent(panel),
        finding_text=AUDIT_FINDING_TEXT,
    )


@facilitators.post("/audits/<draw_id>/agree")
@staff_only(Role.AUDITOR)
def agree_to_audit(draw_id: str) -> Response:
    """Agree to how people's rows are handled."""
    if not _is_independent(_draw(draw_id)[1]):
        return _refuse(draw_id)
    service.agree_to_audit(_visible(), draw_id, agreement_words())
    return _to(draw_id)


@facilitators.post("/audits/<draw_id>/files")
@staff_only(Role.AUDITOR)
def take_auditor_pack(draw_id: str) -> FileResponse | Response:
    """All of a draw, for the auditor who agreed; a POST, since it is recorded."""
    if not _is_independent(_draw(draw_id)[1]):
        return _refuse(draw_id)
    try:
        content = service.take_auditor_pack(_visible(), draw_id)
    except NotAgreed:
        flash(_("Agree first to how the rows of people are handled."))
        return _to(draw_id)
    return send_file(
        BytesIO(content),
        mimetype="application/zip",
        as_attachment=True,
        download_name=AUDITOR,
        etag=False,
    )


def _refuse(draw_id: str) -> Response:
    flash(_("You help to recruit panels here, so somebody else must audit this draw."))
    return _to(draw_id)
