"""The outbox."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.messages.errors import UnknownMessage
from engagement.messages.queries import find_message, list_messages
from engagement.messages.rules import MessageState
from engagement.messages.service import note_bounce, send_again
from engagement.web.access import staff_only
from engagement.web.admin.door import admin
from engagement.web.context import moment
from engagement.web.kit import Column, KitForm, Link, Page, Table, TextField, nhs, page_number

PAGE_SIZE = 100
STATE_TEXT = {
    MessageState.QUEUED: _l("Waiting"),
    MessageState.SENDING: _l("Being sent"),
    MessageState.SENT: _l("Sent"),
    MessageState.FAILED: _l("Not delivered"),
    MessageState.BOUNCED: _l("Came back"),
    MessageState.UNCERTAIN: _l("Uncertain"),
}
STATE_COLOUR = {
    MessageState.QUEUED: "blue",
    MessageState.SENDING: "blue",
    MessageState.SENT: "green",
    MessageState.FAILED: "red",
    MessageState.BOUNCED: "red",
    MessageState.UNCERTAIN: "yellow",
}
STATE_MEANING = {
    MessageState.QUEUED: _l("It leaves as soon as a job worker takes it up."),
    MessageState.SENDING: _l("A job worker is handing it over now."),
    MessageState.SENT: _l("It was handed over. If it comes back, note that here."),
    MessageState.FAILED: _l("It did not leave, and nobody tries again unless you ask."),
    MessageState.BOUNCED: _l("It did not arrive. Reach the person in another way."),
    MessageState.UNCERTAIN: _l(
        "The worker was cut off in the middle. It may have arrived: ask the person before you"
        " send it again."
    ),
}


class BounceForm(KitForm):
    """Why a message came back."""

    problem = TextField(_l("Why did it come back?"), missing=_l("Enter why it came back"))


@admin.get("/messages")
@staff_only(Role.ADMINISTRATOR)
def messages() -> str:
    """Every e-mail and letter, the newest first."""
    number = page_number(request.args.get("page"))
    rows, total = list_messages(number, PAGE_SIZE)
    table = Table(
        caption=_("Messages"),
        caption_hidden=True,
        columns=[
            Column(_("Subject")),
            Column(_("To")),
            Column(_("Written")),
            Column(_("Tries"), numeric=True),
            Column(_("State")),
        ],
        rows=[
            [
                Link(row.subject, url_for("admin.message", public_id=row.public_id)),
                row.recipient_name or row.recipient,
                moment(row.created_at),
                row.attempts,
                nhs.tag({"text": STATE_TEXT[row.state], "colour": STATE_COLOUR[row.state]}),
            ]
            for row in rows
        ],
        empty=_("Nothing has been sent yet."),
    )
    return render_template(
        "admin/messages.html", page=Page(rows, number, PAGE_SIZE, total), table=table
    )


@admin.route("/messages/<public_id>", methods=["GET", "POST"])
@staff_only(Role.ADMINISTRATOR)
def message(public_id: str) -> str | Response:
    """One message; the form notes that it came back."""
    found = find_message(public_id) or abort(404)
    form = BounceForm()
    if form.validate_on_submit():
        try:
            note_bounce(public_id, form.problem.data)
            flash(_("Noted."), "success")
        except UnknownMessage:
            flash(_("Only a message that was sent can come back."))
        return redirect(url_for("admin.message", public_id=public_id), 303)
    return render_template(
        "admin/message.html",
        message=found,
        form=form,
        state_text=STATE_TEXT[found.state],
        state_colour=STATE_COLOUR[found.state],
        state_meaning=STATE_MEANING[found.state],
        may_bounce=found.state in (MessageState.SENT, MessageState.UNCERTAIN),
    )


@admin.post("/messages/<public_id>/again")
@staff_only(Role.ADMINISTRATOR)
def message_again(public_id: str) -> Response:
    """Send a message once more."""
    try:
        send_again(public_id)
    except UnknownMessage:
        abort(404)
    flash(_("The message waits to be sent again."), "success")
    return redirect(url_for("admin.message", public_id=public_id), 303)
