"""Tables of a session: who sits where, wishes, and what changes when people stay away or come."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from engagement.methods.tables.errors import CannotSeat
from engagement.panels.errors import UnknownSeat
from engagement.sessions import tables as service
from engagement.sessions.attendance import members_at
from engagement.sessions.errors import UnknownItem
from engagement.sessions.queries import SessionRow, agenda_of
from engagement.sessions.rules import PinKind
from engagement.sessions.scribes import MOST_TABLES
from engagement.sessions.tables import features_to_mirror, pins_of, table_plan_of
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.facilitators.sessions import back_to, session_or_404, to_session
from engagement.web.kit import CheckboxesField, Choice, KitForm, RadiosField, WholeNumberField

MOST_ROUNDS = 12
AT_A_TABLE = 6


class TablesForm(KitForm):
    """How many tables and rounds."""

    tables = WholeNumberField(
        _l("How many tables?"),
        missing=_l("Enter how many tables"),
        least=1,
        most=MOST_TABLES,
        width=2,
    )
    rounds = WholeNumberField(
        _l("How many times do people sit down anew?"),
        missing=_l("Enter how many times people sit down anew"),
        least=1,
        most=MOST_ROUNDS,
        width=2,
    )
    features = CheckboxesField(
        _l("By what should every table mirror the room?"),
        hint=_l("From what members answered. Nobody’s answers are shown."),
        choices=[],
    )


class PinForm(KitForm):
    """Who sits together or apart."""

    kind = RadiosField(
        _l("What should hold?"),
        missing=_l("Choose what should hold"),
        choices=[
            Choice(
                PinKind.TOGETHER.value,
                _l("They sit together"),
                _l("Such as two members who share an interpreter."),
            ),
            Choice(PinKind.APART.value, _l("They sit apart")),
        ],
    )
    seats = CheckboxesField(_l("Which members?"), missing=_l("Choose two or more"), choices=[])


class HereForm(KitForm):
    """Who is there after all."""

    from_round = WholeNumberField(
        _l("From which round on?"),
        missing=_l("Enter from which round on"),
        least=1,
        most=MOST_ROUNDS,
        width=2,
    )
    here = CheckboxesField(_l("Who is here?"), missing=_l("Tick who is here"), choices=[])


def _of_panel(session_id: str) -> SessionRow:
    row = session_or_404(session_id)
    return row if row.of.panel_id is not None else abort(404)


def _names(row: SessionRow) -> list[Choice]:
    return [
        Choice(one.seat, f"{one.name} ({one.reference})" if one.name else one.reference)
        for one in members_at(row)
    ]


@facilitators.route("/sessions/<session_id>/tables", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def table_plan(session_id: str) -> str | Response:
    """The table plan; the form makes one, or another in its place."""
    row = _of_panel(session_id)
    plan, features = table_plan_of(row.id), features_to_mirror(row)
    moves = sum(item.moves for item in agenda_of(row))
    members = len(members_at(row))
    form = TablesForm(
        data={
            "tables": plan.tables if plan else max(1, round(members / AT_A_TABLE)),
            "rounds": plan.rounds if plan else max(1, moves),
            "features": list(plan.features) if plan else [key for key, _title in features],
        }
    )
    form.features.choices = features
    if form.validate_on_submit():
        try:
            service.plan_tables(
                visible(), session_id, form.tables.data, form.rounds.data, form.features.data
            )
        except CannotSeat as error:
            form.refuse("tables", reasons_in_names(error, row))
        else:
            flash(_("The tables are planned."), "success")
            return to_session(session_id, "table_plan")
    return render_template(
        "facilitators/table_plan.html",
        row=row,
        back=back_to(row),
        plan=plan,
        titles=dict(features),
        pins=pins_of(row.id),
        form=form,
        members=members,
    )


def reasons_in_names(error: CannotSeat, row: SessionRow) -> str:
    """Why people cannot be seated so, with their names in the place of keys."""
    text = " ".join(error.reasons)
    for one in members_at(row):
        text = text.replace(one.seat, one.name or one.reference)
    return text


@facilitators.route("/sessions/<session_id>/tables/wishes", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def pin_members(session_id: str) -> str | Response:
    """Let members sit together or apart."""
    row = _of_panel(session_id)
    form = PinForm()
    form.seats.choices = _names(row)
    if form.validate_on_submit():
        if len(form.seats.data) < 2:
            form.refuse("seats", _("Choose two or more"))
        else:
            try:
                service.pin(visible(), session_id, PinKind(form.kind.data), form.seats.data)
            except UnknownSeat:
                form.refuse("seats", _("Somebody left the panel meanwhile. Open this page again"))
            else:
                flash(_("It holds from the next plan on."), "success")
                return to_session(session_id, "table_plan")
    back = url_for("facilitators.table_plan", session_id=session_id)
    return one_form(form, _("Together or apart"), _("Save"), back=back, caption=row.title)


@facilitators.post("/sessions/<session_id>/wishes/<pin_id>/remove")
@staff_only(*RECRUITERS)
def unpin_members(session_id: str, pin_id: str) -> Response:
    """Take such a wish away."""
    _of_panel(session_id)
    try:
        service.unpin(visible(), session_id, pin_id)
    except UnknownItem:
        abort(404)
    flash(_("It holds no more from the next plan on."), "success")
    return to_session(session_id, "table_plan")


@facilitators.route("/sessions/<session_id>/tables/here", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def rebalance_tables(session_id: str) -> str | Response:
    """Change the plan as little as can be for who is here."""
    row = _of_panel(session_id)
    plan = table_plan_of(row.id)
    if plan is None:
        flash(_("Plan the tables first."))
        return to_session(session_id, "table_plan")
    came = [one.seat for one in members_at(row) if one.came]
    planned = [one.seat for one in plan.people if one.tables[0] is not None]
    form = HereForm(data={"from_round": 1, "here": came or planned})
    form.here.choices = _names(row)
    if form.validate_on_submit():
        try:
            moved = service.rebalance_tables(
                visible(), session_id, form.here.data, form.from_round.data
            )
        except CannotSeat as error:
            form.refuse("here", reasons_in_names(error, row))
        except UnknownSeat:
            form.refuse("here", _("Somebody left the panel meanwhile. Open this page again"))
        except UnknownItem:
            form.refuse("from_round", _("The plan has %(rounds)d rounds", rounds=plan.rounds))
        else:
            flash(
                ngettext(
                    "The plan is changed. %(num)d person who was seated changes the table.",
                    "The plan is changed. %(num)d people who were seated change the table.",
                    moved,
                ),
                "success",
            )
            return to_session(session_id, "table_plan")
    back = url_for("facilitators.table_plan", session_id=session_id)
    above: list[Any] = [
        _("Untick who stays away and tick who came late. As few as possible change their table.")
    ]
    return one_form(form, _("Who is here"), _("Change the plan"), back=back, above=above)
