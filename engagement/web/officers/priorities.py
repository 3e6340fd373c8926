"""Priorities: made of themes, linked to the strategy, answered, published."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.insight import service as insight
from engagement.insight.errors import UnknownPriority
from engagement.insight.evidence import quotes_of
from engagement.insight.queries import PriorityRow, find_priority, list_priorities, theme_titles
from engagement.insight.service import PriorityPlan
from engagement.places.indicators import indicators
from engagement.programmes.queries import ProgrammeName, ProgrammeRow
from engagement.strategy import service as strategy
from engagement.strategy.errors import UnknownParagraph
from engagement.strategy.queries import paragraphs_of_programme, responses_to, uses_of
from engagement.strategy.rules import Answer, Relation
from engagement.strategy.service import Reply
from engagement.web.access import staff_only
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    DateField,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
)
from engagement.web.officers.door import officers
from engagement.web.officers.home import READERS
from engagement.web.officers.programmes import editable, named, readable
from engagement.web.visits import require_principal
from engagement.web.words import ANSWER_COLOUR, ANSWER_TEXT, RELATION_TEXT


class PriorityForm(KitForm):
    """What a priority says and rests on."""

    title = TextField(
        _l("Priority"),
        missing=_l("Enter the priority in a few words"),
        hint=_l("Say what people want to be different, such as “Be told what happens”."),
        max_length=200,
    )
    statement = TextareaField(_l("In a sentence or two (optional)"), lines=3, max_length=2000)
    themes = CheckboxesField(
        _l("The themes that it rests on"), missing=_l("Choose at least one theme")
    )
    indicator = SelectField(
        _l("A published figure to show beside it (optional)"), prompt=_l("None")
    )
    indicator_place = SelectField(
        _l("For which area"), prompt=_l("Choose an area of the programme")
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the area of a figure."""
        valid = bool(super().validate(extra_validators))
        if valid and self.indicator.data and not self.indicator_place.data:
            self.refuse("indicator_place", _("Choose the area that the figure is for"))
            return False
        return valid

    def offer(self, programme: ProgrammeRow) -> None:
        """Offer the programme's themes and areas, and the figures that are imported."""
        self.themes.choices = [Choice(theme, title) for theme, title in theme_titles(programme.id)]
        self.indicator.choices = [
            (name, name.replace("_", " ").capitalize())
            for name in dict.fromkeys(row.indicator for row in indicators())
        ]
        self.indicator_place.choices = [
            (area.place_code, area.name) for area in programme.areas if area.place_code
        ]

    def plan(self) -> PriorityPlan:
        """What was filled in."""
        return PriorityPlan(
            self.title.data,
            self.statement.data,
            self.themes.data,
            self.indicator.data or "",
            self.indicator_place.data or None,
        )


class LinkForm(KitForm):
    """A paragraph, and what it does with the priority."""

    paragraph = SelectField(
        _l("Paragraph"), missing=_l("Choose a paragraph"), prompt=_l("Choose a paragraph")
    )
    relation = SelectField(
        _l("What it does with the priority"),
        missing=_l("Choose what it does"),
        choices=[(relation.value, text) for relation, text in RELATION_TEXT.items()],
    )


class AnswerForm(KitForm):
    """The partnership's answer."""

    answer = RadiosField(
        _l("Answer"),
        missing=_l("Choose an answer"),
        choices=[(answer.value, text) for answer, text in ANSWER_TEXT.items()],
    )
    reason = TextareaField(
        _l("Why"),
        missing=_l("Enter the reason: everyone reads it"),
        hint=_l("In plain words, to the people who asked for it."),
        max_length=5000,
    )
    owner = TextField(
        _l("Who sees to it"),
        missing=_l("Enter which service or board sees to it"),
        hint=_l("A service or a board, not a person."),
        max_length=200,
    )
    due_on = DateField(_l("By when (optional)"), subject=_l("The day"))
    progress = TextareaField(_l("What has been done so far (optional)"), lines=3, max_length=5000)


def _one(programme: ProgrammeName | ProgrammeRow, priority_id: str) -> PriorityRow:
    return find_priority(programme.id, priority_id) or abort(404)


@officers.get("/programmes/<public_id>/priorities")
@staff_only(*READERS)
def priorities(public_id: str) -> str:
    """The priorities of a programme, with figures and answers."""
    found, may_edit = readable(public_id)
    rows = list_priorities(found.id)
    return render_template(
        "officers/priorities.html",
        programme=found,
        priorities=rows,
        responses=responses_to([row.id for row in rows]),
        may_edit=may_edit,
        answer_text=ANSWER_TEXT,
        answer_colour=ANSWER_COLOUR,
    )


@officers.route("/programmes/<public_id>/priorities/new", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def make_priority(public_id: str) -> str | Response:
    """Put a priority forward."""
    found = editable(public_id)
    form = PriorityForm()
    form.offer(found)
    if not form.themes.choices:
        return render_template("officers/no_themes.html", programme=found)
    if form.validate_on_submit():
        visible = require_principal().programmes_with(Role.OFFICER)
        key = insight.make_priority(visible, public_id, form.plan())
        flash(_("The priority is there. Link it to the strategy, and answer it."), "success")
        return _to(public_id, key)
    return _form_page(_("Make a priority"), found, form)


def _form_page(heading: Any, found: ProgrammeName | ProgrammeRow, form: KitForm) -> str:
    return render_template(
        "officers/priority_form.html", heading=heading, programme=found, form=form
    )


def _to(public_id: str, priority_id: str) -> Response:
    return redirect(url_for("officers.priority", public_id=public_id, priority_id=priority_id), 303)


@officers.get("/programmes/<public_id>/priorities/<priority_id>")
@staff_only(*READERS)
def priority(public_id: str, priority_id: str) -> str:
    """One priority with its evidence, the paragraphs that take it up, and its answer."""
    found, may_edit = readable(public_id)
    one = _one(found, priority_id)
    quotes = quotes_of([theme.id for theme in one.themes], 3)
    return render_template(
        "officers/priority.html",
        programme=found,
        priority=one,
        quotes=[quote for theme in one.themes for quote in quotes.get(theme.id, [])],
        uses=uses_of([one.id]).get(one.id, []),
        response=responses_to([one.id]).get(one.id),
        may_edit=may_edit,
        relation_text=RELATION_TEXT,
        answer_text=ANSWER_TEXT,
        answer_colour=ANSWER_COLOUR,
    )


@officers.route("/programmes/<public_id>/priorities/<priority_id>/edit", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def change_priority(public_id: str, priority_id: str) -> str | Response:
    """Change what a priority says and rests on."""
    found = editable(public_id)
    one = _one(found, priority_id)
    form = PriorityForm(
        data={
            "title": one.title,
            "statement": one.statement,
            "themes": [theme.public_id for theme in one.themes],
            "indicator": one.indicator,
            "indicator_place": one.indicator_place or "",
        }
    )
    form.offer(found)
    if form.validate_on_submit():
        visible = require_principal().programmes_with(Role.OFFICER)
        insight.change_priority(visible, public_id, priority_id, form.plan())
        flash(_("The priority has been changed."), "success")
        return _to(public_id, priority_id)
    return _form_page(_("Change the priority"), found, form)


@officers.route("/programmes/<public_id>/priorities/<priority_id>/link", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def link_paragraph(public_id: str, priority_id: str) -> str | Response:
    """Link a paragraph of a draft to the priority."""
    found = named(public_id)
    _one(found, priority_id)
    form = LinkForm(request.form if request.method == "POST" else None)
    form.paragraph.choices = [
        (row.public_id, f"§{row.reference} {row.text[:80]}")
        for row in paragraphs_of_programme(found.id)
    ]
    if form.validate_on_submit():
        visible = require_principal().programmes_with(Role.OFFICER)
        strategy.link_paragraph(
            visible, public_id, priority_id, form.paragraph.data, Relation(form.relation.data)
        )
        flash(_("The paragraph is linked to the priority."), "success")
        return _to(public_id, priority_id)
    return render_template(
        "officers/link_paragraph.html", programme=found, priority_id=priority_id, form=form
    )


@officers.post("/programmes/<public_id>/priorities/<priority_id>/unlink/<paragraph_id>")
@staff_only(Role.OFFICER)
def unlink_paragraph(public_id: str, priority_id: str, paragraph_id: str) -> Response:
    """Take the link to a paragraph back."""
    named(public_id)
    visible = require_principal().programmes_with(Role.OFFICER)
    try:
        strategy.unlink_paragraph(visible, public_id, priority_id, paragraph_id)
    except (UnknownPriority, UnknownParagraph):
        abort(404)
    flash(_("The link is gone."), "success")
    return _to(public_id, priority_id)


@officers.route("/programmes/<public_id>/priorities/<priority_id>/answer", methods=["GET", "POST"])
@staff_only(Role.OFFICER)
def answer_priority(public_id: str, priority_id: str) -> str | Response:
    """Answer the priority, or change the answer."""
    found = named(public_id)
    one = _one(found, priority_id)
    form = AnswerForm(obj=responses_to([one.id]).get(one.id))
    if form.validate_on_submit():
        visible = require_principal().programmes_with(Role.OFFICER)
        reply = Reply(
            Answer(form.answer.data),
            form.reason.data,
            form.owner.data,
            form.due_on.data,
            form.progress.data,
        )
        strategy.answer_priority(visible, public_id, priority_id, reply)
        flash(_("The priority is answered."), "success")
        return _to(public_id, priority_id)
    return _form_page(_("Answer “%(title)s”", title=one.title), found, form)


@officers.post("/programmes/<public_id>/priorities/<priority_id>/publish")
@staff_only(Role.OFFICER)
def publish_priority(public_id: str, priority_id: str) -> Response:
    """Show the priority to everyone."""
    named(public_id)
    visible = require_principal().programmes_with(Role.OFFICER)
    try:
        insight.publish_priority(visible, public_id, priority_id)
    except UnknownPriority:
        abort(404)
    flash(_("Everyone can see the priority now, with its themes, quotes and answer."), "success")
    return _to(public_id, priority_id)
