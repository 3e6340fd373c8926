"""Panels: opening one for an activity, how it is set up, changing that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.database.clock import day_of, start_of
from engagement.panels import service
from engagement.panels.errors import AlreadyInvited, DrawUnderWay, PanelExists, PanelLacks
from engagement.panels.queries import PANEL_KINDS, PanelRow, find_panel, panels_of
from engagement.panels.rules import (
    MOST_SEATS,
    PanelPlan,
    Recruitment,
    SeatState,
    missing_parts,
)
from engagement.panels.seat_queries import seats_of
from engagement.programmes.queries import (
    ProgrammeRow,
    activities_of,
    find_activity,
    find_name,
    find_programme,
)
from engagement.web.access import staff_only
from engagement.web.context import last_day
from engagement.web.facilitators.door import facilitators
from engagement.web.kit import (
    Choice,
    DateField,
    KitForm,
    RadiosField,
    TextareaField,
    WholeNumberField,
    nhs,
)
from engagement.web.panel_pages import recruitment_label
from engagement.web.visits import require_principal
from engagement.web.words import (
    KIND_TEXT,
    LACK_TEXT,
    PANEL_STATE_COLOUR,
    PANEL_STATE_TEXT,
    RECRUITMENT_TEXT,
)

RECRUITERS = (Role.FACILITATOR, Role.OFFICER)
DRAW_WAITS = _l(
    "A draw of this panel is under way. Who can come to it, and what it is to look like, stays as"
    " it is until the draw is decided or given up."
)
A_DAY = timedelta(days=1)
OLDEST = 120


class PanelForm(KitForm):
    """How a panel is set up."""

    recruitment = RadiosField(
        _l("How do its people come to it?"),
        missing=_l("Choose how its people come to it"),
        choices=[
            Choice(
                Recruitment.RANDOM.value,
                RECRUITMENT_TEXT[Recruitment.RANDOM],
                _l(
                    "Letters invite people. From those who put their names forward a lottery draws."
                    " A community panel is open to everyone besides: every page then says that it"
                    " is made of volunteers."
                ),
            ),
            Choice(
                Recruitment.VOLUNTEER.value,
                RECRUITMENT_TEXT[Recruitment.VOLUNTEER],
                _l(
                    "Anyone who may take part can come forward. Every page about the panel then"
                    " says that it is made of volunteers, and none says that it stands for others."
                ),
            ),
        ],
    )
    remit = TextareaField(
        _l("Remit"),
        missing=_l("Enter the remit: what the panel is asked, and what it may decide"),
        hint=_l("Residents see it on every page about the panel."),
        max_length=2000,
    )
    size = WholeNumberField(
        _l("Number of seats"), missing=_l("Enter the number of seats"), least=2, most=MOST_SEATS
    )
    eligibility = TextareaField(
        _l("Who may take part (optional)"),
        hint=_l("A lived experience, as in: you are on a waiting list for planned care."),
        lines=3,
        max_length=1000,
    )
    least_age = WholeNumberField(
        _l("Youngest age (optional)"), least=0, most=OLDEST, hint=_l("In years.")
    )
    most_age = WholeNumberField(
        _l("Oldest age (optional)"), least=0, most=OLDEST, hint=_l("In years.")
    )
    closes_on = DateField(
        _l("Last day of registration (optional)"),
        subject=_l("The last day of registration"),
        hint=_l("Registration closes at midnight after this day."),
    )
    starts_on = DateField(_l("First meeting (optional)"), subject=_l("The first meeting"))
    ends_on = DateField(_l("Last meeting (optional)"), subject=_l("The last meeting"))
    reserve_until = DateField(
        _l("Last day of the reserve (optional)"),
        subject=_l("The last day of the reserve"),
        hint=_l(
            "Until then a seat that falls empty is drawn again. People in reserve see this day."
        ),
    )
    payment = TextareaField(
        _l("Payment"),
        hint=_l("What people are paid for their time, and which costs you pay, such as fares."),
        lines=3,
        max_length=1000,
    )
    support = TextareaField(
        _l("Support"),
        hint=_l("Such as an interpreter, a sitter, a lift, a quiet room."),
        lines=3,
        max_length=1000,
    )
    other_formats = TextareaField(
        _l("Other formats and languages"),
        hint=_l("How to get the letter and the papers in large print, easy read or a language."),
        lines=3,
        max_length=1000,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for ages and days in their order."""
        valid = bool(super().validate(extra_validators))
        for first, last, problem in (
            ("least_age", "most_age", _("The oldest age must not be below the youngest")),
            ("starts_on", "ends_on", _("The last meeting must not be before the first")),
        ):
            one, other = self[first].data, self[last].data
            right = not (self[first].errors or self[last].errors)
            if right and one is not None and other is not None and other < one:
                self.refuse(last, problem)
                valid = False
        return valid

    def plan(self) -> PanelPlan:
        """What was filled in."""
        last = self.closes_on.data
        same = ("remit", "size", "eligibility", "starts_on", "ends_on", "payment", "support")
        more = ("other_formats", "least_age", "most_age", "reserve_until")
        return PanelPlan(
            Recruitment(self.recruitment.data),
            **{name: self[name].data for name in (*same, *more)},
            registration_closes_at=start_of(last + A_DAY) if last else None,
        )


def visible() -> frozenset[int] | None:
    """The programmes whose panels the reader may recruit; ``None`` for all."""
    return require_principal().programmes_with(*RECRUITERS)


def panel_or_404(public_id: str) -> PanelRow:
    """The panel, where its reader may recruit it; otherwise there is no such page."""
    return find_panel(visible(), public_id) or abort(404)


def seat_choices(panel_id: int) -> list[tuple[str, str]]:
    """Those who have a seat now, by the reference of it, to choose one from."""
    return [
        (seat.public_id, seat.reference)
        for seat in seats_of(panel_id)
        if seat.state is SeatState.ACCEPTED
    ]


def label_of(panel: PanelRow) -> Markup:
    """How its people come to a panel, as a tag that stands on every page about it."""
    colour = "aqua-green" if panel.is_random else "yellow"
    return nhs.tag({"text": recruitment_label(panel), "colour": colour})


def state_of(panel: PanelRow) -> Markup:
    """What a panel is at, as a tag."""
    colour = PANEL_STATE_COLOUR[panel.state]
    return nhs.tag({"text": PANEL_STATE_TEXT[panel.state], "colour": colour})


@facilitators.get("/programmes/<public_id>/panels")
@staff_only(*RECRUITERS)
def panels(public_id: str) -> str:
    """The panels of a programme, and its activities that could have one."""
    programme = find_name(visible(), public_id) or abort(404)
    rows = panels_of(programme.id)
    have = {row.activity_id for row in rows}
    return render_template(
        "facilitators/panels.html",
        programme=programme,
        panels=rows,
        waiting=[
            one
            for one in activities_of(programme.id)
            if one.kind in PANEL_KINDS and one.id not in have
        ],
        label_of=label_of,
        state_of=state_of,
        kind_text=KIND_TEXT,
        is_officer=_is_officer(programme.id),
    )


def _is_officer(programme_id: int) -> bool:
    own = require_principal().programmes_with(Role.OFFICER)
    return own is None or programme_id in own


@facilitators.route("/programmes/<public_id>/open-panel/<activity_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def open_panel(public_id: str, activity_id: str) -> str | Response:
    """Open the panel of an activity."""
    programme = find_programme(visible(), public_id) or abort(404)
    activity = find_activity(programme.id, activity_id) or abort(404)
    if activity.kind not in PANEL_KINDS:
        abort(404)
    if own := _panel_of(programme.id, activity.id):
        return own  # a form that was sent twice, too
    form = PanelForm(
        data={"payment": programme.taking.payment, "support": programme.taking.support}
    )
    lacks: tuple[str, ...] = ()
    if form.validate_on_submit():
        try:
            key = service.open_panel(visible(), public_id, activity_id, form.plan())
        except PanelExists:
            return _panel_of(programme.id, activity.id) or abort(404)
        except PanelLacks as error:
            lacks = error.parts
        else:
            flash(_("The panel is open. Say next what it is to look like."), "success")
            return redirect(url_for("facilitators.targets", panel_id=key), 303)
    return _form_page(
        _("Open the panel"), activity.title, programme, form, lacks or _lacks(programme)
    )


def _panel_of(programme_id: int, activity_id: int) -> Response | None:
    """The way to the panel of an activity that has one."""
    keys = [one.public_id for one in panels_of(programme_id) if one.activity_id == activity_id]
    return redirect(url_for("facilitators.panel", panel_id=keys[0]), 303) if keys else None


def _lacks(programme: ProgrammeRow) -> tuple[str, ...]:
    """What the programme lacks, before anything is filled in."""
    return tuple(missing_parts("any", True, len(programme.convenors)))


def _form_page(
    heading: Any,
    title: str,
    programme: ProgrammeRow,
    form: KitForm,
    lacks: tuple[str, ...],
    panel: PanelRow | None = None,
) -> str:
    return render_template(
        "facilitators/panel_form.html",
        heading=heading,
        title=title,
        programme=programme,
        panel=panel,
        form=form,
        lacks=[LACK_TEXT[part] for part in lacks],
        is_officer=_is_officer(programme.id),
    )


@facilitators.get("/panels/<panel_id>")
@staff_only(*RECRUITERS)
def panel(panel_id: str) -> str:
    """One panel: how it is set up, and where its work is done."""
    found = panel_or_404(panel_id)
    closes = found.registration_closes_at
    inviting = require_principal().programmes_with(Role.FACILITATOR)
    return render_template(
        "facilitators/panel.html",
        panel=found,
        may_invite=inviting is None or found.programme_id in inviting,
        is_officer=_is_officer(found.programme_id),
        closes=last_day(closes) if closes else None,
        label=label_of(found),
        state=state_of(found),
        kind_text=KIND_TEXT,
    )


@facilitators.route("/panels/<panel_id>/edit", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def change_panel(panel_id: str) -> str | Response:
    """Change how a panel is set up."""
    found = panel_or_404(panel_id)
    programme = find_programme(visible(), found.programme_public_id) or abort(404)
    closes = found.registration_closes_at
    form = PanelForm(
        obj=found,
        data={
            "recruitment": found.recruitment.value,
            "closes_on": day_of(closes) - A_DAY if closes else None,
        },
    )
    lacks: tuple[str, ...] = ()
    if form.validate_on_submit():
        plan = form.plan()
        try:
            service.change_panel(visible(), panel_id, plan)
        except PanelLacks as error:
            lacks = error.parts
        except DrawUnderWay:
            form.form_errors.append(DRAW_WAITS)
        except AlreadyInvited:
            field = "recruitment" if plan.recruitment != found.recruitment else "size"
            form.refuse(
                field,
                _(
                    "Somebody has registered already. How people come to the panel and the number"
                    " of seats stay as they were told"
                ),
            )
        else:
            flash(_("The panel has been changed."), "success")
            if plan.size != found.size:
                flash(_("It has another number of seats: look at the targets again."))
            return redirect(url_for("facilitators.panel", panel_id=panel_id), 303)
    return _form_page(_("Change the panel"), found.title, programme, form, lacks, found)
