"""What a session is about: its agenda with times, from a way of hosting."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.sessions import agenda as service
from engagement.sessions.errors import ChangedMeanwhile, UnknownItem
from engagement.sessions.hosting import HOSTING, Hosting
from engagement.sessions.queries import ItemRow, SessionRow, agenda_of
from engagement.sessions.rules import ItemPlan
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.facilitators.sessions import sent_number, session_or_404
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    KitForm,
    RadiosField,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.session_words import HOSTING_HINT, HOSTING_TEXT, clock_time
from engagement.web.words import CHANGED


class HostingForm(KitForm):
    """From which way of hosting an agenda begins."""

    hosting = RadiosField(
        _l("How do people talk?"),
        missing=_l("Choose how people talk"),
        choices=[Choice(one.value, HOSTING_TEXT[one], HOSTING_HINT[one]) for one in Hosting],
    )


class ItemForm(KitForm):
    """An item of the agenda."""

    title = TextField(_l("Title"), missing=_l("Enter a title"), max_length=200)
    minutes = WholeNumberField(
        _l("Minutes"), missing=_l("Enter how many minutes it takes"), least=1, most=600, width=3
    )
    prompt = TextareaField(
        _l("What are people asked? (optional)"),
        hint=_l("Scribes see it, and it stays with what tables say."),
        lines=3,
        max_length=1000,
    )
    how = CheckboxesField(
        _l("How do people sit?"),
        choices=[
            Choice("at_tables", _l("At tables, each with a scribe")),
            Choice("moves", _l("They change tables before it")),
        ],
    )
    tag = TextField(
        _l("Tag (optional)"),
        hint=_l("Such as: inequalities. What is said under it at all sessions is shown together."),
        max_length=60,
    )

    def plan(self) -> ItemPlan:
        """What was filled in."""
        return ItemPlan(
            self.title.data,
            self.minutes.data,
            self.prompt.data,
            "at_tables" in self.how.data,
            "moves" in self.how.data,
            self.tag.data.casefold(),
        )


def _item(row: SessionRow, item_id: str) -> ItemRow:
    found = next((one for one in agenda_of(row) if one.public_id == item_id), None)
    return found or abort(404)


def _agenda(session_id: str) -> Response:
    return redirect(url_for("facilitators.agenda", session_id=session_id), 303)


@facilitators.route("/sessions/<session_id>/agenda", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def agenda(session_id: str) -> str | Response:
    """The agenda; where there is none, the form begins one from a way of hosting."""
    row = session_or_404(session_id)
    form = HostingForm()
    if form.validate_on_submit():
        items = [
            replace(item, title=_(item.title), prompt=_(item.prompt) if item.prompt else "")
            for item in HOSTING[Hosting(form.hosting.data)].items
        ]
        service.add_items(visible(), session_id, items)
        flash(_("The agenda is there. You can change every word and time of it."), "success")
        return _agenda(session_id)
    rows = agenda_of(row)
    return render_template(
        "facilitators/agenda.html",
        row=row,
        agenda=rows,
        form=form,
        clock_time=clock_time,
        overrun=bool(rows) and rows[-1].ends_at > row.ends_at,
    )


@facilitators.route("/sessions/<session_id>/agenda/new", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def add_item(session_id: str) -> str | Response:
    """Add an item at the end."""
    row = session_or_404(session_id)
    form = ItemForm()
    if form.validate_on_submit():
        service.add_items(visible(), session_id, [form.plan()])
        flash(_("It is on the agenda."), "success")
        return _agenda(session_id)
    back = url_for("facilitators.agenda", session_id=session_id)
    return one_form(form, _("A new item"), _("Add it"), back=back, caption=row.title)


@facilitators.route("/sessions/<session_id>/agenda/<item_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def change_item(session_id: str, item_id: str) -> str | Response:
    """Change an item; who changed it meanwhile is not overwritten."""
    row = session_or_404(session_id)
    item = _item(row, item_id)
    form = ItemForm(
        data={
            "title": item.title,
            "minutes": item.minutes,
            "prompt": item.prompt,
            "how": [name for name in ("at_tables", "moves") if getattr(item, name)],
            "tag": item.tag,
        }
    )
    above = []
    if form.validate_on_submit():
        try:
            service.change_item(visible(), session_id, item_id, form.plan(), sent_number("version"))
        except UnknownItem:  # taken off in this very moment
            flash(_("Somebody took it off the agenda meanwhile."))
            return _agenda(session_id)
        except ChangedMeanwhile:
            stands = _(
                "It stands now: %(title)s, %(minutes)d minutes. %(prompt)s",
                title=item.title,
                minutes=item.minutes,
                prompt=item.prompt,
            )
            above = [CHANGED, stands]
        else:
            flash(_("Your changes are saved."), "success")
            return _agenda(session_id)
    keeps = form.is_submitted() and not above
    return one_form(
        form,
        _("Change the item"),
        _("Save"),
        back=url_for("facilitators.agenda", session_id=session_id),
        caption=row.title,
        above=above,
        hidden={"version": sent_number("version") if keeps else item.version},
    )


@facilitators.post("/sessions/<session_id>/agenda/<item_id>/move")
@staff_only(*RECRUITERS)
def move_item(session_id: str, item_id: str) -> Response:
    """Move an item up or down, or take it off."""
    row = session_or_404(session_id)
    _item(row, item_id)
    then = request.form.get("then", "")
    try:
        if then == "remove":
            service.remove_item(visible(), session_id, item_id)
            flash(_("It is off the agenda."), "success")
        elif then in ("up", "down"):
            service.move_item(visible(), session_id, item_id, up=then == "up")
    except UnknownItem:
        flash(_("Somebody took it off the agenda meanwhile."))
    return _agenda(session_id)
