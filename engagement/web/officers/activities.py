"""Activities of a programme: what it runs, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.database.clock import day_of, start_of
from engagement.programmes import service
from engagement.programmes.errors import ClosesBeforeItOpens, NotReady
from engagement.programmes.queries import ActivityRow, find_activity
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan
from engagement.web.access import staff_only
from engagement.web.kit import DateField, KitForm, SelectField, TextareaField, TextField
from engagement.web.officers.door import officers
from engagement.web.officers.programmes import editable, form_page
from engagement.web.visits import require_principal
from engagement.web.words import KIND_TEXT

A_DAY = timedelta(days=1)
CLOSES_FIRST = _l("The last day must not be before the first day")


class ActivityForm(KitForm):
    """What an activity is, and when it is open."""

    kind = SelectField(
        _l("What it is"),
        missing=_l("Choose what it is"),
        choices=[(kind.value, text) for kind, text in KIND_TEXT.items()],
    )
    title = TextField(_l("Title"), missing=_l("Enter a title"), max_length=200)
    about = TextareaField(
        _l("What happens, and what it asks of people"),
        hint=_l("How long it takes, what people do, who runs it."),
        max_length=3000,
    )
    prompt = TextareaField(
        _l("What people are asked"),
        hint=_l("Leave it empty to ask the programme’s own question."),
        lines=3,
        max_length=1000,
    )
    offline_routes = TextareaField(
        _l("How to take part in it without the internet"),
        hint=_l("Where to call, write or come. It cannot be published without this."),
        max_length=2000,
    )
    opens_on = DateField(
        _l("First day"),
        subject=_l("The first day"),
        hint=_l("Leave it empty to open it as soon as it is published."),
    )
    closes_on = DateField(
        _l("Last day"),
        subject=_l("The last day"),
        hint=_l("It closes at midnight after this day. Leave it empty to keep it open."),
    )

    def plan(self) -> ActivityPlan:
        """What was filled in."""
        opens, closes = self.opens_on.data, self.closes_on.data
        return ActivityPlan(
            ActivityKind(self.kind.data),
            self.title.data,
            self.about.data,
            self.prompt.data,
            self.offline_routes.data,
            start_of(opens) if opens else None,
            start_of(closes + A_DAY) if closes else None,
        )


def _shown(activity: ActivityRow) -> dict[str, Any]:
    names = ("title", "about", "prompt", "offline_routes")
    opens, closes = activity.opens_at, activity.closes_at
    return {
        **{name: getattr(activity, name) for name in names},
        "kind": activity.kind.value,
        "opens_on": day_of(opens) if opens else None,
        "closes_on": day_of(closes) - A_DAY if closes else None,
    }


def _back(public_id: str) -> Response:
    return redirect(url_for("officers.programme", public_id=public_id), 303)


@officers.route("/programmes/<public_id>/activities/new", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def add_activity(public_id: str) -> str | Response:
    """Add an activity."""
    found = editable(public_id)
    form = ActivityForm()
    if form.validate_on_submit():
        visible = require_principal().programmes_with(Role.OFFICER)
        try:
            service.add_activity(visible, public_id, form.plan())
        except ClosesBeforeItOpens:
            form.refuse("closes_on", CLOSES_FIRST)
        else:
            flash(_("The activity is there. Publish it when it is ready."), "success")
            return _back(public_id)
    return form_page(_("Add an activity"), found, form)


@officers.route("/programmes/<public_id>/activities/<activity_id>", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def change_activity(public_id: str, activity_id: str) -> str | Response:
    """Change an activity."""
    found = editable(public_id)
    activity = find_activity(found.id, activity_id) or abort(404)
    form = ActivityForm(data=_shown(activity))
    if form.validate_on_submit():
        visible = require_principal().programmes_with(Role.OFFICER)
        try:
            service.change_activity(visible, public_id, activity_id, form.plan())
        except ClosesBeforeItOpens:
            form.refuse("closes_on", CLOSES_FIRST)
        except NotReady:
            form.refuse(
                "offline_routes", _("Enter how to take part without the internet: it is published")
            )
        else:
            flash(_("The activity has been changed."), "success")
            return _back(public_id)
    return form_page(_("Change the activity"), found, form)


@officers.post("/programmes/<public_id>/activities/<activity_id>/publish")
@staff_only(Role.OFFICER)
def publish_activity(public_id: str, activity_id: str) -> Response:
    """Show the activity to everyone."""
    found = editable(public_id)
    find_activity(found.id, activity_id) or abort(404)
    visible = require_principal().programmes_with(Role.OFFICER)
    try:
        service.publish_activity(visible, public_id, activity_id)
    except NotReady:
        flash(_("It cannot be published yet: say how to take part without the internet."))
    else:
        flash(_("The activity is published."), "success")
    return _back(public_id)
