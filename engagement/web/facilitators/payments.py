"""Payments: what is owed for sessions, marked as paid one by one or from a table, the file."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import Response as FileResponse
from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.documents.sheets import Fault, NotATable, read_csv
from engagement.panels.queries import PanelRow
from engagement.sessions import payments as service
from engagement.sessions.errors import NothingToPay, PaidAlready, ReferencesHaveFaults
from engagement.sessions.payments import LONGEST_REFERENCE, LineRow, find_line, lines_of
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.faults import FAULTS_SHOWN, faults_table
from engagement.web.kit import (
    Column,
    FileField,
    KitForm,
    Link,
    Page,
    Table,
    TextareaField,
    TextField,
    page_number,
)
from engagement.web.panel_payments import paid_words, pay_words, pounds

PAGE_SIZE = 100


class PaidForm(KitForm):
    """What a line was paid under."""

    reference = TextField(
        _l("Reference"),
        missing=_l("Enter the number of the voucher, or the reference of the finance team"),
        hint=_l("The number of the voucher, or what the finance team paid it under."),
        max_length=LONGEST_REFERENCE,
        width=20,
        autocomplete="off",
        spellcheck=False,
    )


class ReferencesForm(KitForm):
    """The references of many lines at once."""

    text = TextareaField(
        _l("Paste the table"),
        hint=_l("The first row is: line, reference. Then a row for each line that was paid."),
        max_length=200_000,
        lines=8,
        spellcheck=False,
    )
    file = FileField(
        _l("Or choose a CSV file"),
        hint=_l("It may be the file for finance, with the references filled in."),
        accept=[".csv"],
    )

    def rows(self) -> list[list[str]] | None:
        """The rows of the table, or nothing with an error at its field."""
        if bool(self.text.data) is bool(self.file.data):
            self.refuse("text", _("Paste the table or choose a file, one of the two"))
            return None
        name = "file" if self.file.data else "text"
        try:
            return read_csv(self.file.data.read() if self.file.data else self.text.data.encode())
        except NotATable as error:
            self.refuse(name, _(str(error)))
            return None


@facilitators.get("/panels/<panel_id>/payments")
@staff_only(*RECRUITERS)
def payments(panel_id: str) -> str:
    """What is to be paid, and what was."""
    panel = panel_or_404(panel_id)
    lines = lines_of(panel.id)
    open_lines = [one for one in lines if one.paid_at is None]
    number = page_number(request.args.get("page"))
    first = (number - 1) * PAGE_SIZE
    page = Page(lines[first : first + PAGE_SIZE], number, PAGE_SIZE, len(lines))
    return render_template(
        "facilitators/payments.html",
        panel=panel,
        label=label_of(panel),
        page=page,
        to_pay=_sum_of(open_lines),
        paid=_sum_of([one for one in lines if one.paid_at]),
        table=_table(panel, page.items),
    )


def _sum_of(lines: Sequence[LineRow]) -> str:
    return str(
        ngettext(
            "%(amount)s in %(num)d line",
            "%(amount)s in %(num)d lines",
            len(lines),
            amount=pounds(sum(one.pence for one in lines)),
        )
    )


def _table(panel: PanelRow, lines: Sequence[LineRow]) -> Table:
    return Table(
        caption=_("Lines"),
        caption_hidden=True,
        columns=[
            Column(_("Line")),
            Column(_("Member")),
            Column(_("Session")),
            Column(_("Amount"), numeric=True),
            Column(_("How")),
            Column(_("Paid")),
            Column(_("Reference")),
        ],
        rows=[
            [
                Link(
                    f"{one.public_id[:6]}…",
                    url_for(
                        "facilitators.payment_line",
                        panel_id=panel.public_id,
                        line_id=one.public_id,
                    ),
                    one.member,
                ),
                one.member or _("erased"),
                f"{one.session}, {day(one.held_on)}",
                pounds(one.pence),
                pay_words(one.pay_by),
                paid_words(one),
                one.reference,
            ]
            for one in lines
        ],
        name="lines",
        empty=_("Nothing is to be paid yet. Note first who came to a session."),
    )


@facilitators.post("/panels/<panel_id>/payments/file")
@staff_only(*RECRUITERS)
def payments_file(panel_id: str) -> FileResponse:
    """Download the lines for those who pay them; it is recorded who did."""
    panel_or_404(panel_id)
    _panel, content = service.finance_file(visible(), panel_id)
    return send_file(
        BytesIO(content),
        mimetype="text/csv",
        as_attachment=True,
        download_name="payments.csv",
        etag=False,
    )


@facilitators.route("/panels/<panel_id>/payments/references", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def payment_references(panel_id: str) -> str | Response:
    """Mark many lines as paid, from a table; where anything is wrong in it, none."""
    panel = panel_or_404(panel_id)
    form = ReferencesForm()
    faults: Sequence[Fault] = ()
    if form.validate_on_submit() and (rows := form.rows()) is not None:
        try:
            count = service.mark_all_paid(visible(), panel_id, rows)
        except ReferencesHaveFaults as error:
            faults = error.faults
            form.refuse(
                "file" if form.file.data else "text",
                ngettext(
                    "%(num)d thing is wrong in the table, so nothing was marked",
                    "%(num)d things are wrong in the table, so nothing was marked",
                    len(faults),
                ),
            )
        else:
            flash(
                ngettext(
                    "%(num)d line is marked as paid.", "%(num)d lines are marked as paid.", count
                ),
                "success",
            )
            return redirect(url_for("facilitators.payments", panel_id=panel_id), 303)
    return render_template(
        "facilitators/payments_references.html",
        panel=panel,
        form=form,
        faults=faults_table(faults) if faults else None,
        more_faults=max(0, len(faults) - FAULTS_SHOWN),
    )


@facilitators.route("/panels/<panel_id>/payments/<line_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def payment_line(panel_id: str, line_id: str) -> str | Response:
    """One line; the form marks it as paid."""
    panel = panel_or_404(panel_id)
    line = find_line(panel.id, line_id) or abort(404)
    form = PaidForm()
    if form.validate_on_submit():
        try:
            service.mark_paid(visible(), panel_id, line_id, form.reference.data)
        except PaidAlready as error:
            form.refuse(
                "reference",
                _("It was paid already, under %(reference)s", reference=error.references[0]),
            )
        except NothingToPay:
            form.refuse("reference", _("Nothing is to be paid here. Open this page again"))
        else:
            flash(_("Marked as paid."), "success")
            return redirect(url_for("facilitators.payments", panel_id=panel_id), 303)
    return render_template(
        "facilitators/payments_line.html",
        panel=panel,
        line=line,
        form=form,
        amount=pounds(line.pence),
        way=pay_words(line.pay_by),
        paid=paid_words(line),
    )
