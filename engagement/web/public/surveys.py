"""Answering a survey without an account, or as the resident who is signed in: a set on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from engagement.accounts.credentials import new_token
from engagement.accounts.rules import PrincipalKind
from engagement.contributions.errors import NotOpen
from engagement.programmes.rules import Status
from engagement.prompts.queries import WordingRow, around, find_wording
from engagement.prompts.rules import WordingFormat
from engagement.surveys.answering import (
    Quoting,
    begin,
    browser_hash,
    keep_answers,
    send_answers,
)
from engagement.surveys.errors import AnswersMissing, BadAnswer, NotAsked
from engagement.surveys.queries import (
    ResponseRow,
    SurveyRow,
    find_survey,
    response_of,
    sheet_of,
)
from engagement.surveys.rules import Sheet
from engagement.web.access import anyone
from engagement.web.activity_words import language_attributes, language_of, show_wordings
from engagement.web.kit import KitForm
from engagement.web.public.door import public
from engagement.web.public.speaking import speaking_resident
from engagement.web.survey_forms import QUOTE, checked_rows, set_form, set_number
from engagement.web.survey_words import results_of
from engagement.web.throttling import limit_network
from engagement.web.visits import ask_to_sign_in

HERE = "/p/<slug>/programmes/<public_id>/survey/<activity_id>"


class GoOnForm(KitForm):
    """One button."""


@dataclass(frozen=True)
class Here:
    """A survey, and how far whoever is here is with it."""

    survey: SurveyRow
    key: int
    response: ResponseRow | None
    sheet: Sheet
    wording: WordingRow | None

    @property
    def is_large(self) -> bool:
        """Whether it is to be in large print."""
        return self.wording is not None and self.wording.format is WordingFormat.LARGE_PRINT

    @property
    def attributes(self) -> Markup:
        """The language and direction of the questions."""
        return language_attributes(self.wording.language if self.wording else "")

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.survey.status is Status.OPEN

    def to(self, endpoint: str, **values: Any) -> Response:
        """On to another page of it."""
        return redirect(url_for(f"public.{endpoint}", **self.survey.place, **values), 303)

    def page(self, template: str, **values: Any) -> str:
        """A page of it."""
        return render_template(
            template, here=self, survey=self.survey, place=self.survey.place, **values
        )


def _here(public_id: str, activity_id: str) -> Here:
    survey = find_survey(public_id, activity_id) or abort(404)
    if survey.status is Status.DRAFT or survey.id is None:
        abort(404)
    resident = speaking_resident()
    browser = browser_hash(survey.programme_id, session.get("visitor", ""))
    response = response_of(survey.id, resident_id=resident, token_hash=browser)
    wording = _chosen_wording(survey)
    sheet = sheet_of(survey.id, response, wording.public_id if wording else "")
    return Here(survey, survey.id, response, sheet, wording)


def _chosen_wording(survey: SurveyRow) -> WordingRow | None:
    """The language or format that was chosen on the first page, kept while one answers."""
    kept = session.get("wordings", {})
    if "wording" in request.args:
        kept = {**kept, survey.public_id: request.args["wording"]}
        session["wordings"] = dict(list(kept.items())[-5:])
    chosen = kept.get(survey.public_id, "")
    return find_wording(survey.activity_id, chosen) if chosen else None


def _closed(here: Here, typed: list[str] | None = None) -> str:
    return here.page("public/survey_closed.html", typed=typed or [])


@public.route(HERE, methods=["GET", "POST"])
@anyone
@limit_network
def survey(public_id: str, activity_id: str) -> str | Response:
    """What the survey is, and where one stands with it."""
    here = _here(public_id, activity_id)
    if not here.is_open and here.response is None:
        return _closed(here)
    form = GoOnForm()
    if form.validate_on_submit():
        if not here.is_open:
            return _closed(here)
        try:
            begin(activity_id, session.setdefault("visitor", new_token()), speaking_resident())
        except NotOpen:
            return _closed(here)
        except NotAsked:
            if speaking_resident() is None:
                return ask_to_sign_in(PrincipalKind.RESIDENT)
            return here.page("public/survey_not_asked.html")
        missing = here.sheet.missing
        first = missing.page if missing else (here.sheet.pages or [1])[0]
        return here.to("survey_set", page=first)
    wordings = around([here.survey.activity_id])[here.survey.activity_id].wordings
    return here.page(
        "public/survey.html",
        form=form,
        rows=checked_rows(here.sheet),
        wordings=show_wordings(wordings),
    )


@public.route(f"{HERE}/page/<page>", methods=["GET", "POST"])
@anyone
@limit_network
def survey_set(public_id: str, activity_id: str, page: str) -> str | Response:
    """One set of questions; its answers are kept as they are given."""
    here = _here(public_id, activity_id)
    number = set_number(page, here.sheet)
    if here.response is None and request.method == "GET":
        return here.to("survey")
    if not here.is_open:
        return _closed(here, [value for key, value in request.form.items() if key[:1] == "q"])
    form = set_form(here.survey.programme_id, here.sheet, number, here.response)
    if form.check():
        browser, resident = session.setdefault("visitor", new_token()), speaking_resident()
        try:
            response = begin(activity_id, browser, resident)
            given, quoted = form.given(), form.quoted()
            quoting = Quoting(str(QUOTE), language=language_of(here.wording))
            keep_answers(activity_id, response, number, given, quoted, quoting)
        except BadAnswer as wrong:
            form.refuse(wrong.key)
        except NotOpen:
            return _closed(here, [str(value) for value in form.given().values() if value])
        except NotAsked:
            return here.page("public/survey_not_asked.html")
        else:
            following = Sheet(here.sheet.questions, {**here.sheet.answers, **given}).after(number)
            if following is None or request.form.get("then") == "check":
                return here.to("survey_check")
            return here.to("survey_set", page=following)
    return here.page(
        "public/survey_set.html",
        form=form,
        number=here.sheet.pages.index(number) + 1,
        count=len(here.sheet.pages),
        before=here.sheet.before(number),
        is_sent=bool(here.response and here.response.sent_at),
    )


@public.route(f"{HERE}/check", methods=["GET", "POST"])
@anyone
@limit_network
def survey_check(public_id: str, activity_id: str) -> str | Response:
    """Read one's answers again, and send them."""
    here = _here(public_id, activity_id)
    if here.response is None:
        return here.to("survey")
    if not here.is_open:
        return _closed(here)
    form = GoOnForm()
    missing = here.sheet.missing
    if form.validate_on_submit():
        try:
            send_answers(activity_id, here.response.public_id)
        except AnswersMissing:
            return here.to("survey_set", page=missing.page if missing else 1)
        except NotOpen:
            return _closed(here)
        return here.to("survey")
    return here.page(
        "public/survey_check.html", form=form, rows=checked_rows(here.sheet), missing=missing
    )


@public.get(f"{HERE}/results")
@anyone
def survey_results(public_id: str, activity_id: str) -> str:
    """What people answered, once those who asked have published it."""
    found = find_survey(public_id, activity_id) or abort(404)
    if not found.has_results or found.status is Status.DRAFT:
        abort(404)
    return render_template(
        "public/survey_results.html", survey=found, place=found.place, results=results_of(found)
    )
