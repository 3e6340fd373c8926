"""Surveys for those who make them: questions, waves, and who may answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.programmes.queries import activities_of
from engagement.programmes.rules import ActivityKind
from engagement.prompts.queries import cards_on_show
from engagement.surveys import service
from engagement.surveys.errors import AnswersThere, BadQuestion, BadRule, UnknownSurvey
from engagement.surveys.queries import (
    SurveyRow,
    find_survey_of,
    has_answers,
    questions_of,
    waves_of,
)
from engagement.surveys.rules import (
    CHOSEN,
    LISTED,
    NUMBERS,
    POINTS,
    Asked,
    Kind,
    Option,
    points,
)
from engagement.web.access import staff_only
from engagement.web.facilitators.data_cards import MAKERS, named, visible
from engagement.web.facilitators.door import facilitators
from engagement.web.kit import (
    Choice,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    WholeNumberField,
)
from engagement.web.words import STATUS_TEXT

HERE = "/programmes/<public_id>/survey/<activity_id>"
ASKED_KIND_TEXT = {
    Kind.SINGLE: _l("One choice"),
    Kind.MULTIPLE: _l("Several choices"),
    Kind.SCALE: _l("A scale"),
    Kind.NUMBER: _l("A number"),
    Kind.TEXT: _l("Own words"),
    Kind.RANKING: _l("Putting in order"),
}
ALWAYS = _l("Everyone")


class QuestionForm(KitForm):
    """A question; the fields of other kinds than its own are taken out."""

    text = TextareaField(
        _l("The question"), missing=_l("Write the question"), lines=2, max_length=500
    )
    hint = TextField(_l("Help below the question (optional)"), max_length=300)
    options = TextareaField(
        _l("Choices"),
        missing=_l("Write at least two choices, one on a line"),
        hint=_l("One on a line, 30 at most. “Prefer not to say” is added to choices by itself."),
        lines=6,
        max_length=4_000,
    )
    points = WholeNumberField(
        _l("How many points it has"),
        missing=_l("Enter how many points it has"),
        least=POINTS[0],
        most=POINTS[1],
        width=3,
    )
    low = TextField(_l("What the lowest means"), max_length=80, missing=_l("Enter what it means"))
    high = TextField(_l("What the highest means"), max_length=80, missing=_l("Enter what it means"))
    least = WholeNumberField(
        _l("The least it can be"), missing=_l("Enter a number"), least=NUMBERS[0], most=NUMBERS[1]
    )
    most = WholeNumberField(
        _l("The most it can be"), missing=_l("Enter a number"), least=NUMBERS[0], most=NUMBERS[1]
    )
    unit = TextField(_l("What is counted (optional)"), hint=_l("Such as weeks."), max_length=40)
    page = WholeNumberField(
        _l("On which page it is asked"),
        missing=_l("Enter the number of the page"),
        hint=_l("A few questions a page. Pages count from 1."),
        least=1,
        most=50,
        width=3,
    )
    card = SelectField(
        _l("Data card above it (optional)"),
        prompt=_l("None"),
        hint=_l("A published figure with its comparison and source, read before answering."),
    )
    when = SelectField(
        _l("Who is asked it"),
        hint=_l("Everyone, or those who gave an answer to an earlier question."),
    )

    def asked(self, kind: Kind) -> Asked:
        """What was filled in."""
        made = Asked(
            kind, self.text.data, self.page.data, self.hint.data, card=self.card.data or ""
        )
        when_key, _bar, when_option = (self.when.data or "").partition("|")
        made = replace(made, when_key=when_key, when_option=when_option)
        if kind in LISTED:
            lines = [line.strip() for line in self.options.data.splitlines() if line.strip()]
            return replace(made, options=tuple(Option(line[:300], line[:300]) for line in lines))
        if kind is Kind.SCALE:
            low, high = self.low.data, self.high.data
            return replace(made, options=points(self.points.data), low=low, high=high)
        if kind is Kind.NUMBER:
            return replace(made, least=self.least.data, most=self.most.data, unit=self.unit.data)
        return made


class WhoForm(KitForm):
    """Who may answer."""

    who = RadiosField(
        _l("Who may answer?"),
        missing=_l("Choose who may answer"),
        choices=[
            Choice("all", _l("Everyone, without an account")),
            Choice(
                "asked",
                _l("Members of a standing panel who were asked"),
                _l("They come in with their code. Nobody else sees the questions."),
            ),
        ],
    )


class WaveForm(KitForm):
    """What the next wave is called."""

    title = TextField(_l("Title of the next wave"), missing=_l("Enter a title"), max_length=200)


def survey_here(public_id: str, activity_id: str) -> SurveyRow:
    """The survey that a page is about, where the reader may see it."""
    return find_survey_of(visible(), public_id, activity_id) or abort(404)


def to_survey(row: SurveyRow, endpoint: str = "survey", **values: Any) -> Response:
    """On to a page of a survey."""
    return redirect(url_for(f"facilitators.{endpoint}", **row.place, **values), 303)


def survey_page(template: str, row: SurveyRow, **values: Any) -> str:
    """A page about a survey."""
    return render_template(template, survey=row, place=row.place, **values)


def _questions(row: SurveyRow) -> list[Asked]:
    return questions_of(row.id) if row.id is not None else []


@facilitators.get("/programmes/<public_id>/surveys")
@staff_only(*MAKERS)
def surveys(public_id: str) -> str:
    """The surveys of a programme."""
    programme = named(public_id)
    kind = ActivityKind.SURVEY_WAVE
    return render_template(
        "facilitators/surveys.html",
        programme=programme,
        surveys=[one for one in activities_of(programme.id) if one.kind is kind],
        status_text=STATUS_TEXT,
    )


@facilitators.get(HERE)
@staff_only(*MAKERS)
def survey(public_id: str, activity_id: str) -> str:
    """A survey: its questions in order, and what can be done with it."""
    row = survey_here(public_id, activity_id)
    questions = _questions(row)
    return survey_page(
        "facilitators/survey.html",
        row,
        pages=sorted({asked.page for asked in questions}),
        questions=questions,
        titles={asked.key: asked.text for asked in questions},
        kinds=ASKED_KIND_TEXT,
        answered=row.id is not None and has_answers(row.id),
        waves=waves_of(row.series) if row.series else [],
        status_text=STATUS_TEXT,
    )


def _question_form(
    row: SurveyRow, kind: Kind, before: Sequence[Asked], shown: dict[str, Any]
) -> QuestionForm:
    form = QuestionForm(data=shown)
    cards = cards_on_show(row.programme_id)
    form.card.choices = [(card.public_id, card.title[:200]) for card in cards]
    for name, kinds in (
        ("options", LISTED),
        ("points", (Kind.SCALE,)),
        ("low", (Kind.SCALE,)),
        ("high", (Kind.SCALE,)),
        ("least", (Kind.NUMBER,)),
        ("most", (Kind.NUMBER,)),
        ("unit", (Kind.NUMBER,)),
    ):
        if kind not in kinds:
            del form[name]
    form.when.choices = [
        ("", ALWAYS),
        *(
            (f"{asked.key}|{option.key}", f"{asked.text}: {option.text}"[:200])
            for asked in before
            if asked.kind in CHOSEN
            for option in asked.options
        ),
    ]
    return form


def _shown(asked: Asked) -> dict[str, Any]:
    names = ("text", "hint", "low", "high", "least", "most", "unit", "page", "card")
    return {
        **{name: getattr(asked, name) for name in names},
        "options": "\n".join(option.text for option in asked.options),
        "points": len(asked.options),
        "when": f"{asked.when_key}|{asked.when_option}" if asked.when_key else "",
    }


@facilitators.route(f"{HERE}/questions/new", methods=["GET", "POST"])
@staff_only(*MAKERS)
def add_question(public_id: str, activity_id: str) -> str | Response:
    """Choose a kind of question, then write it."""
    row = survey_here(public_id, activity_id)
    asked_kind = request.args.get("kind", "")
    if asked_kind not in [*Kind]:
        return survey_page("facilitators/survey_kinds.html", row, kinds=ASKED_KIND_TEXT)
    kind, questions = Kind(asked_kind), _questions(row)
    last = questions[-1].page if questions else 1
    blank = {"page": last, "points": 5, "least": 0, "most": 100}
    form = _question_form(row, kind, questions, blank)
    if form.validate_on_submit():
        add, new = service.add_question, form.asked(kind)
        if done := _written(row, form, lambda: add(*_of(row), new)):
            flash(_("The question is there."), "success")
            return done
    return survey_page(
        "facilitators/survey_question.html", row, form=form, kind=ASKED_KIND_TEXT[kind], key=""
    )


@facilitators.route(f"{HERE}/question/<question_id>", methods=["GET", "POST"])
@staff_only(*MAKERS)
def change_question(public_id: str, activity_id: str, question_id: str) -> str | Response:
    """Change a question, as long as nobody answered."""
    row = survey_here(public_id, activity_id)
    questions = _questions(row)
    asked = next((one for one in questions if one.key == question_id), None) or abort(404)
    before = questions[: questions.index(asked)]
    form = _question_form(row, asked.kind, before, _shown(asked))
    if form.validate_on_submit():
        change = service.change_question
        if done := _written(
            row, form, lambda: change(*_of(row), question_id, form.asked(asked.kind))
        ):
            flash(_("The question is changed."), "success")
            return done
    kind = ASKED_KIND_TEXT[asked.kind]
    return survey_page(
        "facilitators/survey_question.html", row, form=form, kind=kind, key=question_id
    )


def _of(row: SurveyRow) -> tuple[frozenset[int] | None, str, str]:
    return visible(), row.programme_public_id, row.public_id


def _written(row: SurveyRow, form: KitForm, write: Any) -> Response | None:
    """Write a question; what is wrong with it is said in the form."""
    try:
        write()
    except BadQuestion as wrong:
        form.refuse(wrong.field, _(wrong.reason))
    except BadRule:
        form.refuse("when", _("Choose an answer to a question that is asked before this one"))
    except AnswersThere:
        flash(_("People have answered: what is asked cannot change any more."))
        return to_survey(row)
    else:
        return to_survey(row)
    return None


@facilitators.post(f"{HERE}/question/<question_id>/move")
@staff_only(*MAKERS)
def move_question(public_id: str, activity_id: str, question_id: str) -> Response:
    """Ask a question earlier or later on its page, or not at all."""
    row = survey_here(public_id, activity_id)
    if question_id not in [asked.key for asked in _questions(row)]:
        abort(404)
    pressed = request.form.get("to", "")
    try:
        if pressed == "out":
            service.remove_question(*_of(row), question_id)
            flash(_("The question is taken out."), "success")
        elif pressed in ("up", "down"):
            service.move_question(*_of(row), question_id, up=pressed == "up")
    except AnswersThere:
        flash(_("People have answered: what is asked cannot change any more."))
    except BadRule:
        flash(_("Nothing was changed: a question depends on the answers to this one."))
    except UnknownSurvey:
        abort(404)
    return to_survey(row)


@facilitators.route(f"{HERE}/who", methods=["GET", "POST"])
@staff_only(*MAKERS)
def survey_who(public_id: str, activity_id: str) -> str | Response:
    """Who may answer."""
    row = survey_here(public_id, activity_id)
    form = WhoForm(data={"who": "asked" if row.asked_only else "all"})
    if form.validate_on_submit():
        service.change_survey(*_of(row), asked_only=form.who.data == "asked")
        flash(_("It is set who may answer."), "success")
        return to_survey(row)
    return survey_page("facilitators/survey_form.html", row, form=form, title=_("Who may answer"))


@facilitators.route(f"{HERE}/wave", methods=["GET", "POST"])
@staff_only(*MAKERS)
def survey_wave(public_id: str, activity_id: str) -> str | Response:
    """Ask the same questions again in another wave."""
    row = survey_here(public_id, activity_id)
    form = WaveForm()
    if form.validate_on_submit():
        made = service.next_wave(*_of(row), form.title.data)
        flash(_("The next wave is there, with the same questions. It is not published yet."))
        return redirect(url_for("facilitators.survey", public_id=public_id, activity_id=made), 303)
    return survey_page(
        "facilitators/survey_form.html", row, form=form, title=_("Ask again in another wave")
    )
