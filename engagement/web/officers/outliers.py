"""Small areas that stand out, and a conversation that is above all for the people there."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.places.outliers import (
    INDICATOR,
    OVERALL,
    StandingOut,
    figures_of_small_areas,
    furthest_out,
    most_deprived,
)
from engagement.programmes.queries import ProgrammeRow
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan
from engagement.prompts.wordings import Audience, open_targeted_conversation
from engagement.web.access import staff_only
from engagement.web.kit import CheckboxesField, Choice, KitForm, TextareaField, TextField
from engagement.web.kit.numbers import shown_number
from engagement.web.officers.door import officers
from engagement.web.officers.programmes import editable
from engagement.web.visits import require_principal

SHOWN = 20
DOMAINS = {
    OVERALL: _l("Deprivation overall"),
    "income": _l("Income"),
    "employment": _l("Work"),
    "education": _l("Education"),
    "health": _l("Health"),
    "crime": _l("Crime"),
    "housing and services": _l("Housing and services"),
    "environment": _l("Surroundings"),
}
HIGHEST, LOWEST = "highest", "lowest"


class ConversationForm(KitForm):
    """A conversation for the people of some small areas."""

    areas = CheckboxesField(
        _l("Small areas that stand out"), missing=_l("Choose the areas that it is for")
    )
    reason = TextareaField(
        _l("Why there?"),
        missing=_l("Say why you want to hear from there"),
        hint=_l(
            "Everyone reads it. Finish the sentence: We would most like to hear from people"
            " there, because …"
        ),
        lines=2,
        max_length=500,
    )
    title = TextField(_l("Title"), missing=_l("Enter a title"), max_length=200)
    prompt = TextareaField(
        _l("What people are asked"),
        missing=_l("Enter what people are asked"),
        lines=3,
        max_length=1000,
    )
    offline_routes = TextareaField(
        _l("How to take part in it without the internet"),
        hint=_l("Where to call, write or come. It cannot be published without this."),
        max_length=2000,
    )

    def plan(self) -> ActivityPlan:
        """The conversation that was filled in."""
        return ActivityPlan(
            ActivityKind.OPEN_CONVERSATION,
            self.title.data,
            prompt=self.prompt.data,
            offline_routes=self.offline_routes.data,
        )


@officers.route("/programmes/<public_id>/outliers", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def outliers(public_id: str) -> str | Response:
    """The small areas of a programme that a figure singles out; the form opens a conversation."""
    programme = editable(public_id)
    indicators = {key: _named(key) for key in figures_of_small_areas()}
    by = request.args.get("by", OVERALL)
    if by not in DOMAINS and by not in indicators:
        abort(404)
    highest = request.args.get("end", HIGHEST) != LOWEST
    rows = _rows(programme, by, highest)
    form = ConversationForm(
        data={
            "prompt": programme.remit.question,
            "offline_routes": programme.taking.offline_routes,
        }
    )
    form.areas.choices = [Choice(row.code, row.name, _told(row, by)) for row in rows]
    if form.validate_on_submit():
        audience = Audience(form.areas.data, form.reason.data)
        visible = require_principal().programmes_with(Role.OFFICER)
        open_targeted_conversation(visible, public_id, form.plan(), audience)
        flash(_("The conversation is there. Publish it when it is ready."), "success")
        return redirect(url_for("officers.programme", public_id=public_id), 303)
    return render_template(
        "officers/outliers.html",
        programme=programme,
        form=form,
        rows=rows,
        by=by,
        measures=DOMAINS | indicators,
        is_indicator=by in indicators,
        highest=highest,
        has_areas=any(area.place_code for area in programme.areas),
    )


def _named(key: str) -> str:
    name = key.removeprefix(INDICATOR)
    return name[:1].upper() + name[1:]


def _rows(programme: ProgrammeRow, by: str, highest: bool) -> list[StandingOut]:
    codes = [area.place_code for area in programme.areas if area.place_code]
    if by.startswith(INDICATOR):
        return furthest_out(codes, by.removeprefix(INDICATOR), SHOWN, highest=highest)
    return most_deprived(codes, by, SHOWN)


def _told(row: StandingOut, by: str) -> Any:
    if by.startswith(INDICATOR):
        return f"{shown_number(row.value)} {row.unit} ({row.period})"
    return _("Tenth %(decile)d of 10; 1 is the most deprived tenth of England", decile=row.value)
