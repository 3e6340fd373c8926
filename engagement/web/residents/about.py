"""About you: each question asked once, one a page, with why and with a way not to say."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.people.queries import own_answers
from engagement.people.questions import BY_KEY, PREFER_NOT_TO_SAY, QUESTIONS, Question
from engagement.people.rules import GivenHow
from engagement.people.service import answer_question, withdraw_answer
from engagement.web.access import residents_only
from engagement.web.kit import Choice, KitForm, Link, RadiosField
from engagement.web.residents.door import residents
from engagement.web.visits import current_partnership, require_principal


def consent_words(question: Question) -> str:
    """The words that somebody agrees to by saving an answer; kept with the consent."""
    words = _(
        "By saving an answer you agree that %(partnership)s keeps it, to see who is taking part"
        " and who is not. Your answer is kept apart from anything else that you tell us. You can"
        " take it back here at any time.",
        partnership=current_partnership().name,
    )
    return str(words)


def _form_of(question: Question) -> type[KitForm]:
    class QuestionForm(KitForm):
        answer = RadiosField(
            question.title,
            choices=[
                *(Choice(c.value, c.text, hint=c.hint) for c in question.choices),
                Choice(PREFER_NOT_TO_SAY, _l("Prefer not to say"), apart=True),
            ],
            missing=_l("Choose an answer, or choose “Prefer not to say”"),
        )

    return QuestionForm


FORMS = {question.key: _form_of(question) for question in QUESTIONS}


@residents.get("/about")
@residents_only
def about() -> str:
    """All questions and one's answers."""
    answers = own_answers(require_principal().id)
    rows = [
        (
            question.title,
            question.text_of(answers[question.key])
            if question.key in answers
            else _("Not answered"),
            Link(
                _("Change") if question.key in answers else _("Answer"),
                url_for("residents.question", key=question.key),
                hidden=question.title,
            ),
        )
        for question in QUESTIONS
    ]
    missing = next((question.key for question in QUESTIONS if question.key not in answers), None)
    return render_template("residents/about.html", rows=rows, next_key=missing)


def _question(key: str) -> Question:
    return BY_KEY.get(key) or abort(404)


@residents.route("/about/<key>", methods=["GET", "POST"])
@residents_only
def question(key: str) -> str | Response:
    """One question."""
    asked = _question(key)
    principal = require_principal()
    answers = own_answers(principal.id)
    form = FORMS[key](data={"answer": answers.get(key)})
    words = consent_words(asked)
    if form.validate_on_submit():
        answer_question(principal.id, key, form.answer.data, _shown(asked, words), GivenHow.ONLINE)
        return redirect(_after(key, answers), 303)
    return render_template(
        "residents/question.html",
        form=form,
        question=asked,
        consent_words=words,
        number=QUESTIONS.index(asked) + 1,
        count=len(QUESTIONS),
        answered=key in answers,
        skip_url=_after(key, answers),
    )


def _shown(question: Question, words: str) -> str:
    return f"{question.title}\n{question.why}\n{words}"


def _after(key: str, answers: Mapping[str, str]) -> str:
    place = QUESTIONS.index(BY_KEY[key])
    later = [question.key for question in QUESTIONS[place + 1 :] if question.key not in answers]
    return url_for("residents.question", key=later[0]) if later else url_for("residents.about")


@residents.post("/about/<key>/take-back")
@residents_only
def take_back(key: str) -> Response:
    """Take an answer back."""
    asked = _question(key)
    withdraw_answer(require_principal().id, asked.key)
    flash(_("We have deleted your answer."), "success")
    return redirect(url_for("residents.about"), 303)
