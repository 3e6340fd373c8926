# mypy: allow-subclassing-any
"""A survey's questions in other languages, and in easy words."""

from __future__ import annotations

from typing import Any

from flask import abort, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.prompts.queries import WordingRow, around, find_wording
from engagement.surveys import service
from engagement.surveys.queries import SurveyRow, questions_of, words_of
from engagement.surveys.rules import LISTED, Asked, Kind, OtherWords
from engagement.web.access import staff_only
from engagement.web.activity_words import show_wordings
from engagement.web.facilitators.data_cards import MAKERS, visible
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.surveys import HERE, survey_here, survey_page, to_survey
from engagement.web.kit import KitForm, TextareaField, TextField


@facilitators.get(f"{HERE}/wordings")
@staff_only(*MAKERS)
def survey_wordings(public_id: str, activity_id: str) -> str:
    """The languages and formats that the activity has, and how much of the survey is in each."""
    row = survey_here(public_id, activity_id)
    questions = questions_of(row.id) if row.id is not None else []
    shown = show_wordings(around([row.activity_id])[row.activity_id].wordings)
    return survey_page(
        "facilitators/survey_wordings.html",
        row,
        wordings=[(one, _done(row, one.wording)) for one in shown],
        count=len(questions),
    )


def _done(row: SurveyRow, wording: WordingRow) -> int:
    return len(words_of(row.id, wording.public_id)) if row.id is not None else 0


@facilitators.route(f"{HERE}/wordings/<wording_id>", methods=["GET", "POST"])
@staff_only(*MAKERS)
def survey_words(public_id: str, activity_id: str, wording_id: str) -> str | Response:
    """Write the questions in one of them; what is left empty is asked in the plain words."""
    row = survey_here(public_id, activity_id)
    wording = find_wording(row.activity_id, wording_id)
    if row.id is None or wording is None:
        abort(404)
    questions = questions_of(row.id)
    form = _form(questions, words_of(row.id, wording_id))
    if form.validate_on_submit() and _fits(form, questions):
        words = {
            asked.key: _words(form, number, asked)
            for number, asked in enumerate(questions)
            if form[f"text{number}"].data
        }
        service.set_words(visible(), public_id, activity_id, wording_id, words)
        flash(_("The words are kept. People choose them on the first page."), "success")
        return to_survey(row, "survey_wordings")
    return survey_page(
        "facilitators/survey_words.html",
        row,
        form=form,
        questions=questions,
        shown=show_wordings([wording])[0],
    )


def _form(questions: list[Asked], there: dict[str, OtherWords]) -> KitForm:
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for number, asked in enumerate(questions):
        known = there.get(asked.key) or OtherWords("")
        fields[f"text{number}"] = TextareaField(asked.text, lines=2, max_length=500)
        data[f"text{number}"] = known.text
        if asked.hint:
            fields[f"hint{number}"] = TextField(asked.hint, max_length=300)
            data[f"hint{number}"] = known.hint
        if asked.kind in LISTED:
            plain = "; ".join(option.text for option in asked.options)
            fields[f"options{number}"] = TextareaField(
                _("Its choices, one on a line"), hint=plain, lines=4, max_length=4_000
            )
            data[f"options{number}"] = "\n".join(known.options)
        if asked.kind is Kind.SCALE:
            for end, plain in (("low", asked.low), ("high", asked.high)):
                fields[f"{end}{number}"] = TextField(plain, max_length=80)
                data[f"{end}{number}"] = getattr(known, end)
    made = type("SurveyWordsForm", (KitForm,), fields)
    form: KitForm = made(data=data)
    return form


def _lines(form: KitForm, name: str) -> list[str]:
    return [line.strip() for line in form[name].data.splitlines() if line.strip()]


def _fits(form: KitForm, questions: list[Asked]) -> bool:
    """Whether there are as many choices as the question has."""
    fits = True
    for number, asked in enumerate(questions):
        name = f"options{number}"
        asks = name in form and bool(form[f"text{number}"].data)
        if asks and len(_lines(form, name)) != len(asked.options):
            message = _("Write %(count)d choices, one on a line", count=len(asked.options))
            form.refuse(name, message)
            fits = False
    return fits


def _words(form: KitForm, number: int, asked: Asked) -> OtherWords:
    def typed(name: str) -> str:
        return str(form[f"{name}{number}"].data) if f"{name}{number}" in form else ""

    options = tuple(_lines(form, f"options{number}")) if asked.kind in LISTED else ()
    return OtherWords(typed("text"), typed("hint"), options, typed("low"), typed("high"))
