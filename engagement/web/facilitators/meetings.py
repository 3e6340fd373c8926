"""Meetings of a panel: adding one, and noting who came."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.database.clock import day_of
from engagement.panels import meetings as service
from engagement.panels.errors import NotHeldYet, PaidAlready, SomebodyCame, UnknownSeat
from engagement.panels.meetings import MeetingRow, find_meeting, meetings_of, members_at
from engagement.panels.queries import PanelRow
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.panels import RECRUITERS, label_of, panel_or_404, visible
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    Column,
    DateField,
    KitForm,
    Link,
    Table,
    TextField,
)
from engagement.web.panel_payments import pounds
from engagement.web.visits import present

MOST_POUNDS = 1_000


class MeetingForm(KitForm):
    """A meeting to add."""

    title = TextField(
        _l("Title"),
        missing=_l("Enter a title"),
        hint=_l("As members know it, such as: First meeting"),
        max_length=100,
    )
    held_on = DateField(
        _l("Day"), subject=_l("The day of the meeting"), missing=_l("Enter the day of the meeting")
    )
    fee = TextField(
        _l("Fee in pounds"),
        missing=_l("Enter what each member is paid for coming; 0 for nothing"),
        hint=_l("What each who comes is paid, such as 75 or 12.50. Enter 0 for nothing."),
        inputmode="decimal",
        width=5,
        max_length=10,
    )

    def pence(self) -> int | None:
        """The fee in pence, or nothing with an error at its field."""
        try:
            amount = Decimal(self.fee.data.removeprefix("£").replace(",", "")) * 100
            if 0 <= amount <= MOST_POUNDS * 100 and amount == int(amount):
                return int(amount)
        except (InvalidOperation, ValueError, OverflowError):
            pass
        self.refuse("fee", _("Write pounds from 0 to %(most)d, like 75 or 12.50", most=MOST_POUNDS))
        return None


class AttendanceForm(KitForm):
    """Who came."""

    came = CheckboxesField(_l("Who came?"), choices=[])


def _meeting(panel: PanelRow, meeting_id: str) -> MeetingRow:
    return find_meeting(panel.id, meeting_id) or abort(404)


@facilitators.route("/panels/<panel_id>/meetings", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def meetings(panel_id: str) -> str | Response:
    """A panel's meetings; the form adds one."""
    panel = panel_or_404(panel_id)
    form = MeetingForm()
    if form.validate_on_submit() and (pence := form.pence()) is not None:
        made = service.add_meeting(visible(), panel_id, form.title.data, form.held_on.data, pence)
        flash(_("The meeting is added."), "success")
        return redirect(url_for("facilitators.meeting", panel_id=panel_id, meeting_id=made), 303)
    return render_template(
        "facilitators/meetings.html",
        panel=panel,
        label=label_of(panel),
        form=form,
        table=_table(panel, meetings_of(panel.id)),
    )


def _table(panel: PanelRow, rows: list[MeetingRow]) -> Table:
    return Table(
        caption=_("Meetings"),
        caption_hidden=True,
        columns=[
            Column(_("Meeting")),
            Column(_("Day")),
            Column(_("Fee"), numeric=True),
            Column(_("Came"), numeric=True),
        ],
        rows=[
            [
                Link(
                    row.title,
                    url_for(
                        "facilitators.meeting", panel_id=panel.public_id, meeting_id=row.public_id
                    ),
                ),
                day(row.held_on),
                pounds(row.fee_pence),
                row.came,
            ]
            for row in rows
        ],
        name="meetings",
        empty=_("No meeting has been added yet."),
    )


@facilitators.route("/panels/<panel_id>/meetings/<meeting_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def meeting(panel_id: str, meeting_id: str) -> str | Response:
    """Who came to a meeting.

    The form says who was ticked when it was opened, so that only what its sender changed changes,
    whatever another notes at the same time.
    """
    panel = panel_or_404(panel_id)
    found = _meeting(panel, meeting_id)
    members = members_at(panel.id, found)
    form = AttendanceForm(data={"came": [one.seat for one in members if one.came]})
    form.came.choices = [
        Choice(
            one.seat,
            f"{one.name} ({one.reference})" if one.name else one.reference,
            _("Paid") if one.paid else None,
        )
        for one in members
    ]
    if form.validate_on_submit() and _noted(panel, found, form):
        flash(_("Noted."), "success")
        return redirect(
            url_for("facilitators.meeting", panel_id=panel_id, meeting_id=meeting_id), 303
        )
    return render_template(
        "facilitators/meetings_one.html",
        panel=panel,
        label=label_of(panel),
        meeting=found,
        members=members,
        was=[one.seat for one in members if one.came],
        form=form,
        fee=pounds(found.fee_pence),
        is_held=day_of(present()) >= found.held_on,
    )


def _noted(panel: PanelRow, found: MeetingRow, form: AttendanceForm) -> bool:
    ticked, was = set(form.came.data), set(request.form.getlist("was"))
    offered = {choice.value for choice in form.came.offered}
    try:
        service.note_attendance(
            visible(), panel.public_id, found.public_id, ticked - was, (was & offered) - ticked
        )
    except NotHeldYet:
        form.refuse("came", _("This meeting is still to come. Note on its day who is there"))
    except UnknownSeat:
        form.refuse("came", _("Somebody left the panel meanwhile. Open this page again"))
    except PaidAlready as error:
        form.refuse(
            "came",
            _(
                "Nothing is changed: somebody whose tick you took away was paid already, under"
                " %(references)s",
                references=", ".join(error.references),
            ),
        )
    else:
        return True
    return False


@facilitators.post("/panels/<panel_id>/meetings/<meeting_id>/remove")
@staff_only(*RECRUITERS)
def remove_meeting(panel_id: str, meeting_id: str) -> Response:
    """Remove a meeting to which nobody came."""
    panel = panel_or_404(panel_id)
    _meeting(panel, meeting_id)
    try:
        service.remove_meeting(visible(), panel_id, meeting_id)
    except SomebodyCame:
        flash(_("Somebody came to this meeting. Take their ticks away first."))
        return redirect(
            url_for("facilitators.meeting", panel_id=panel_id, meeting_id=meeting_id), 303
        )
    flash(_("The meeting is removed."), "success")
    return redirect(url_for("facilitators.meetings", panel_id=panel_id), 303)
