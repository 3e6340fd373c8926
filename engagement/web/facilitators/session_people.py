"""Who comes to a session: members, what they need, leaders; and who runs it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.queries import holders_of
from engagement.database.clock import day_of
from engagement.panels.errors import UnknownSeat
from engagement.panels.support import SEEN_BY
from engagement.sessions import attendance as service
from engagement.sessions.attendance import access_sheet, leaders_by_quarter, leaders_of, members_at
from engagement.sessions.errors import NotHeldYet, PaidAlready, UnknownItem
from engagement.sessions.queries import SessionRow
from engagement.sessions.rules import HelperKind, Way
from engagement.sessions.service import note_training, set_staff
from engagement.sessions.training import staff_of, trained
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.facilitators.residents import CONTACT_TEXT
from engagement.web.facilitators.sessions import back_to, session_or_404, to_session
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    Column,
    DateField,
    KitForm,
    SelectField,
    Table,
    TextField,
)
from engagement.web.panel_payments import pounds
from engagement.web.session_words import HELPER_TEXT
from engagement.web.visits import present


class AttendanceForm(KitForm):
    """Who came."""

    came = CheckboxesField(_l("Who came?"), choices=[])
    from_afar = CheckboxesField(_l("Who of them took part online or by telephone?"), choices=[])


class HelperForm(KitForm):
    """Who comes with a member, or for one."""

    seat = SelectField(_l("For whom?"), missing=_l("Choose for whom"), prompt=_l("Choose a member"))
    kind = SelectField(
        _l("Who comes?"),
        missing=_l("Choose who comes"),
        choices=[(kind.value, HELPER_TEXT[kind]) for kind in HelperKind],
    )
    words = TextField(
        _l("Name, language, and whether it is booked"),
        missing=_l("Enter the name or what is booked"),
        hint=_l("Only those who prepare the session see it. It is deleted after a year."),
        max_length=300,
    )


class LeaderForm(KitForm):
    """A leader who was there."""

    name = TextField(_l("Name"), missing=_l("Enter the name"), max_length=150)
    post = TextField(
        _l("Post"),
        missing=_l("Enter the post"),
        hint=_l("Such as: chief executive, councillor for health, chair of the partnership."),
        max_length=150,
    )
    organisation = TextField(
        _l("Organisation"), missing=_l("Enter the organisation"), max_length=150
    )


class StaffForm(KitForm):
    """Who runs a session."""

    staff = CheckboxesField(_l("Who runs it?"), choices=[])


class TrainingForm(KitForm):
    """When somebody was trained."""

    staff = SelectField(_l("Who?"), missing=_l("Choose who was trained"), prompt=_l("Choose"))
    trained_on = DateField(
        _l("Day of the training"),
        subject=_l("The day of the training"),
        missing=_l("Enter the day of the training"),
    )


def _of_panel(session_id: str) -> SessionRow:
    """The session, where there are members who can come to it."""
    row = session_or_404(session_id)
    return row if row.of.panel_id is not None else abort(404)


@facilitators.route("/sessions/<session_id>/attendance", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def attendance(session_id: str) -> str | Response:
    """Which members came.

    The form says who was ticked when it was opened, so that only what its sender changed changes,
    whatever another notes at the same time.
    """
    row = _of_panel(session_id)
    members = members_at(row)
    form = AttendanceForm(
        data={
            "came": [one.seat for one in members if one.came],
            "from_afar": [one.seat for one in members if one.way is Way.AWAY],
        }
    )
    names = {
        one.seat: f"{one.name} ({one.reference})" if one.name else one.reference for one in members
    }
    form.came.choices = [
        Choice(one.seat, names[one.seat], _("Paid") if one.paid else None) for one in members
    ]
    form.from_afar.choices = [Choice(seat, name) for seat, name in names.items()]
    if not row.mode.has_line:
        del form.from_afar
    if form.validate_on_submit() and _noted(row, form):
        flash(_("Noted."), "success")
        return to_session(session_id, "attendance")
    return render_template(
        "facilitators/attendance.html",
        row=row,
        back=back_to(row),
        members=members,
        was=[one.seat for one in members if one.came],
        was_away=[one.seat for one in members if one.way is Way.AWAY],
        form=form,
        fee=pounds(row.fee_pence),
        is_held=day_of(present()) >= row.held_on,
    )


def _noted(row: SessionRow, form: AttendanceForm) -> bool:
    ticked, was = set(form.came.data), set(request.form.getlist("was"))
    offered = {choice.value for choice in form.came.offered}
    away = set(form.from_afar.data) if "from_afar" in form else set()
    if stray := away - ticked:
        names = {choice.value: choice.text for choice in form.came.offered}
        form.refuse(
            "from_afar",
            _("Tick %(name)s above as well, or take this tick away", name=names[min(stray)]),
        )
        return False
    was_away = set(request.form.getlist("was_away"))
    ways = dict.fromkeys(away - was_away, Way.AWAY)
    ways |= dict.fromkeys((was_away & ticked & offered) - away, Way.ROOM)
    try:
        service.note_attendance(
            visible(), row.public_id, ticked - was, (was & offered) - ticked, ways
        )
    except NotHeldYet:
        form.refuse("came", _("This session is still to come. Note on its day who is there"))
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


@facilitators.route("/sessions/<session_id>/access", methods=["GET", "POST"])
@staff_only(*SEEN_BY)
def access(session_id: str) -> str | Response:
    """What members need, and who comes with them: for those who prepare the session."""
    row = _of_panel(session_id)
    rows = access_sheet(row)
    form = HelperForm()
    form.seat.choices = [(one.seat, f"{one.name} ({one.reference})") for one in rows]
    if form.validate_on_submit():
        try:
            service.book_helper(
                visible(), session_id, form.seat.data, HelperKind(form.kind.data), form.words.data
            )
        except UnknownSeat:
            form.refuse("seat", _("This member left the panel meanwhile. Open this page again"))
        else:
            flash(_("It is on the sheet."), "success")
            return to_session(session_id, "access")
    return render_template(
        "facilitators/access.html",
        row=row,
        back=back_to(row),
        rows=[one for one in rows if one.needs or one.helpers],
        without=sum(not one.needs and not one.helpers for one in rows),
        helper_text=HELPER_TEXT,
        contact_text=CONTACT_TEXT,
        form=form,
    )


@facilitators.post("/sessions/<session_id>/helpers/<helper_id>/cancel")
@staff_only(*SEEN_BY)
def cancel_helper(session_id: str, helper_id: str) -> Response:
    """Note that a helper does not come."""
    _of_panel(session_id)
    try:
        service.cancel_helper(visible(), session_id, helper_id)
    except UnknownItem:
        abort(404)
    flash(_("It is off the sheet."), "success")
    return to_session(session_id, "access")


@facilitators.route("/sessions/<session_id>/leaders", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def leaders(session_id: str) -> str | Response:
    """Which leaders of organisations were there."""
    row = session_or_404(session_id)
    form = LeaderForm()
    if form.validate_on_submit():
        try:
            service.note_leader(
                visible(), session_id, form.name.data, form.post.data, form.organisation.data
            )
        except NotHeldYet:
            form.refuse("name", _("This session is still to come. Note on its day who is there"))
        else:
            flash(_("Noted."), "success")
            return to_session(session_id, "leaders")
    return render_template(
        "facilitators/leaders.html",
        row=row,
        back=back_to(row),
        leaders=leaders_of(row.id),
        form=form,
    )


@facilitators.post("/sessions/<session_id>/leaders/<leader_id>/forget")
@staff_only(*RECRUITERS)
def forget_leader(session_id: str, leader_id: str) -> Response:
    """Take back that a leader was there."""
    session_or_404(session_id)
    try:
        service.forget_leader(visible(), session_id, leader_id)
    except UnknownItem:
        abort(404)
    flash(_("Taken back."), "success")
    return to_session(session_id, "leaders")


@facilitators.get("/leaders-by-quarter")
@staff_only(*RECRUITERS)
def leaders_quarterly() -> str:
    """How often leaders were at sessions, by quarter."""
    rows: list[list[Any]] = [
        [
            _("%(year)d, quarter %(quarter)d", year=one.year, quarter=one.quarter),
            one.sessions,
            one.with_leader,
            ", ".join(f"{name} ({times})" for name, times in one.organisations) or _("None"),
        ]
        for one in leaders_by_quarter(visible())
    ]
    table = Table(
        caption=_("Sessions held, by quarter"),
        columns=[
            Column(_("Quarter")),
            Column(_("Sessions held"), numeric=True),
            Column(_("With a leader"), numeric=True),
            Column(_("Whose leaders, and how often")),
        ],
        rows=rows,
        name="quarters",
        empty=_("No session has been held yet."),
    )
    return render_template("facilitators/leaders_by_quarter.html", table=table)


@facilitators.route("/sessions/<session_id>/staff", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def session_staff(session_id: str) -> str | Response:
    """Who runs a session; who has no day of training gives a warning, and may run it all the
    same."""
    row = session_or_404(session_id)
    people = holders_of(RECRUITERS, row.of.programme_id)
    form = StaffForm(data={"staff": staff_of(row.id)})
    days = trained([one.public_id for one in people])
    form.staff.choices = [
        Choice(
            one.public_id,
            one.name,
            _("Trained on %(day)s", day=day(days[one.public_id]))
            if one.public_id in days
            else _("No training is noted"),
        )
        for one in people
    ]
    if form.validate_on_submit():
        names = {one.public_id: one.name for one in people}
        untrained = set_staff(visible(), session_id, form.staff.data)
        flash(_("Saved."), "success")
        if untrained:
            flash(
                _(
                    "No training is noted for: %(names)s. They can run it. Better note the day of"
                    " their training, or let somebody with training be there.",
                    names=", ".join(names[one] for one in untrained),
                )
            )
        return to_session(session_id, "session_staff")
    return render_template(
        "facilitators/session_staff.html", row=row, back=back_to(row), form=form, people=people
    )


@facilitators.route("/sessions/<session_id>/training", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def staff_training(session_id: str) -> str | Response:
    """Note when somebody was trained to run sessions."""
    row = session_or_404(session_id)
    people = holders_of(RECRUITERS, row.of.programme_id)
    form = TrainingForm()
    form.staff.choices = [(one.public_id, one.name) for one in people]
    if form.validate_on_submit():
        if form.trained_on.data > day_of(present()):
            form.refuse("trained_on", _("The day of the training must not be in the future"))
        else:
            note_training(form.staff.data, form.trained_on.data)
            flash(_("Noted."), "success")
            return to_session(session_id, "session_staff")
    back = url_for("facilitators.session_staff", session_id=session_id)
    return one_form(form, _("Training"), _("Note it"), back=back, caption=row.title)
