"""The evaluation as a form, the same for members and for staff who write a reply down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.deliberation.evaluation import Reply
from engagement.deliberation.rules import ITEMS, MEMBERS, EvaluationPart, marks_of
from engagement.web.evaluation_words import CHECK_TEXT, ITEM_TEXT, MARK_TEXT
from engagement.web.kit import Choice, KitForm, RadiosField, TextareaField

UNSAID = "unsaid"
OVER = _l("These questions are not asked any more, so nothing is saved. Your words are still here")
LONGEST_WORDS = 2_000


def part_sent() -> EvaluationPart | None:
    """The part of members that a form was opened for and that is sent now."""
    sent = request.form.get("part")
    return next((part for part in MEMBERS if part.value == sent), None)


def evaluation_form(
    part: EvaluationPart, now: Reply | None = None, first: Mapping[str, Any] | None = None
) -> KitForm:
    """The form of a part, with what stands ``now``; ``first`` are fields before the items. Nothing
    has to be answered."""
    text = CHECK_TEXT if part is EvaluationPart.OBSERVER else MARK_TEXT
    choices = [Choice(mark, text[mark]) for mark in marks_of(part)]
    choices.append(Choice(UNSAID, _("Prefer not to say"), apart=True))
    fields: dict[str, Any] = dict(first or {})
    for number, item in enumerate(ITEMS[part]):
        fields[f"item{number}"] = RadiosField(ITEM_TEXT[item], choices=choices)
    observes = part is EvaluationPart.OBSERVER
    fields["words"] = TextareaField(
        _("What did you see? (optional)") if observes else _("Anything else? (optional)"),
        hint=_("Everyone can read it. Please name nobody.")
        if observes
        else _("Those who run the panel read it, without your name. Please name nobody."),
        lines=5,
        count=True,
        max_length=LONGEST_WORDS,
    )
    data: dict[str, Any] = {}
    if now is not None:
        data["words"] = now.words
        for number, item in enumerate(ITEMS[part]):
            data[f"item{number}"] = now.marks.get(item, UNSAID)
    form: KitForm = type("EvaluationForm", (KitForm,), fields)(data=data)
    return form


def reply_in(part: EvaluationPart, form: KitForm) -> Reply:
    """What was filled in."""
    marks = {item: form[f"item{number}"].data for number, item in enumerate(ITEMS[part])}
    return Reply({item: mark for item, mark in marks.items() if mark}, form["words"].data)
