"""Joining a panel: what it is, one question a page, what helps, check and send, taking back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engagement.panels import registered, registration
from engagement.panels.errors import (
    AnswersMissing,
    NotAChoice,
    NotInvited,
    RegistrationClosed,
    UnknownRegistration,
)
from engagement.panels.features import Feature
from engagement.panels.queries import (
    PanelRow,
    find_panel_to_join,
    hosts_of,
    is_invited,
    questions_of,
)
from engagement.panels.registered import RegistrationRow
from engagement.panels.registration import WHERE
from engagement.panels.rules import PanelState, Route
from engagement.people.questions import PREFER_NOT_TO_SAY
from engagement.people.rules import GivenHow
from engagement.web.access import residents_only
from engagement.web.kit import KitForm, Link
from engagement.web.panel_forms import (
    question_form,
    refuse_where,
    support_form,
    support_told,
    where_form,
    where_told,
)
from engagement.web.panel_pages import (
    OWN_CODE,
    Step,
    about_panel,
    answer_words,
    consent_words,
    effect_words,
    recruitment_label,
    shown_words,
    steps_of,
    support_consent,
    support_words,
)
from engagement.web.residents.door import residents
from engagement.web.visits import require_principal


class KnownForm(KitForm):
    """One button: what was told before is right, and may be used here."""


@dataclass(frozen=True)
class Here:
    """A panel, and how far a resident is with it."""

    panel: PanelRow
    own: RegistrationRow | None
    questions: list[Feature]
    known: dict[str, str]
    me: int

    @property
    def is_closed(self) -> bool:
        """Whether nobody can register or change an answer any more."""
        return self.panel.state is PanelState.CLOSED

    @property
    def answers(self) -> dict[str, str]:
        """What was answered so far."""
        return self.own.answers if self.own else {}

    def standing(self) -> str:
        """What the panel's page is about."""
        if self.own is None:
            if not self.panel.is_open_to_all and not is_invited(self.panel.id, self.me):
                return "uninvited"
            return "late" if self.is_closed else "new"
        if self.own.stands:
            return "sent"
        if self.own.withdrawn_at and not (self.answers and not self.is_closed):
            return "withdrawn"
        return "unsent" if self.is_closed else "begun"


def _here(panel_id: str) -> Here:
    """The panel, where this resident may know of it: by a letter, or because everyone may."""
    me = require_principal().id
    panel = find_panel_to_join(panel_id) or abort(404)
    found = registered.questions_for(panel.id, me)
    if found.own is None and not panel.published and not is_invited(panel.id, me):
        abort(404)
    return Here(panel, found.own, found.questions, found.known, me)


def _to(endpoint: str, here: Here, **values: Any) -> Response:
    return redirect(url_for(endpoint, panel_id=here.panel.public_id, **values), 303)


def _page(template: str, here: Here, **values: Any) -> str:
    return render_template(
        template, panel=here.panel, label=recruitment_label(here.panel), own=here.own, **values
    )


def _missing(steps: list[Step], answers: dict[str, str], after: str = "") -> Step | None:
    """The next question without an answer, looking first at those after this one."""
    keys = [step.key for step in steps]
    place = keys.index(after) + 1 if after else 0
    ordered = [*steps[place:], *steps[:place]]
    return next((step for step in ordered if not step.answered(answers)), None)


@residents.get("/panels/<panel_id>")
@residents_only
def panel(panel_id: str) -> str:
    """What the panel is, and where one stands with it."""
    here = _here(panel_id)
    return _page(
        "residents/panel.html",
        here,
        standing=here.standing(),
        about=about_panel(here.panel, hosts_of(here.panel.programme_id)),
    )


@residents.post("/panels/<panel_id>/begin")
@residents_only
def begin_panel(panel_id: str) -> Response:
    """Begin, or go on where one was."""
    here = _here(panel_id)
    try:
        registration.begin_registration(panel_id, here.me, Route.ONLINE)
    except (NotInvited, RegistrationClosed):
        return _to("residents.panel", here)
    steps = steps_of(here.questions)
    if _told_before(here, steps):
        return _to("residents.panel_known", here)
    missing = _missing(steps, here.answers)
    if missing is None:
        return _to("residents.panel_check", here)
    return _to("residents.panel_question", here, key=missing.key)


def _told_before(here: Here, steps: list[Step]) -> list[tuple[Step, str]]:
    """The questions without an answer here that were answered before, with those answers."""
    open_steps = [step for step in steps if step.key != WHERE and not step.answered(here.answers)]
    return [
        (step, here.known[step.key])
        for step in open_steps
        if here.known.get(step.key, PREFER_NOT_TO_SAY) != PREFER_NOT_TO_SAY
        and here.known[step.key] in step.features[0].choices
    ]


@residents.route("/panels/<panel_id>/known", methods=["GET", "POST"])
@residents_only
def panel_known(panel_id: str) -> str | Response:
    """What one told before: to be confirmed, and not asked again."""
    here = _here(panel_id)
    if here.own is None or here.is_closed:
        return _to("residents.panel", here)
    steps = steps_of(here.questions)
    known = _told_before(here, steps)
    form = KnownForm()
    if form.validate_on_submit():
        try:
            for step, value in known:
                words = shown_words(step, here.panel)
                registration.keep_answer(panel_id, here.me, step.key, value, words, GivenHow.ONLINE)
        except RegistrationClosed:
            return _to("residents.panel", here)
        given = {**here.answers, **{step.key: value for step, value in known}}
        return _after(here, steps, given)
    if not known:
        return _after(here, steps, here.answers)
    rows = [
        (
            step.title,
            step.features[0].text_of(value),
            Link(
                _("Change"),
                url_for("residents.panel_question", panel_id=panel_id, key=step.key),
                hidden=step.title,
            ),
        )
        for step, value in known
    ]
    return _page(
        "residents/panel_known.html",
        here,
        form=form,
        rows=rows,
        reasons=[(step.title, step.why) for step, _value in known],
        effect=effect_words(here.panel),
        consent=consent_words(here.panel),
    )


def _after(here: Here, steps: list[Step], given: dict[str, str], key: str = "") -> Response:
    """On to the next question; from the last to what helps; after a change back to the check."""
    missing = _missing(steps, given, key)
    if missing is not None:
        return _to("residents.panel_question", here, key=missing.key)
    was_complete = all(step.answered(here.answers) for step in steps)
    return _to("residents.panel_check" if was_complete else "residents.panel_support", here)


@residents.route("/panels/<panel_id>/questions/<key>", methods=["GET", "POST"])
@residents_only
def panel_question(panel_id: str, key: str) -> str | Response:
    """One question; its answer is kept as it is given."""
    here = _here(panel_id)
    steps = steps_of(questions_of(here.panel.id) if key == WHERE else here.questions)
    asked = next((step for step in steps if step.key == key), None) or abort(404)
    if here.own is None or here.is_closed:
        return _to("residents.panel", here)
    try:
        return (_ask_where if key == WHERE else _ask)(here, steps, asked)
    except RegistrationClosed:  # it closed in this very moment
        return _to("residents.panel", here)


def _question_page(template: str, here: Here, steps: list[Step], asked: Step, **values: Any) -> str:
    number = steps.index(asked) + 1
    return _page(
        template,
        here,
        step=asked,
        number=number,
        count=len(steps),
        back_url=_back(here, steps, number),
        effect=effect_words(here.panel),
        consent=consent_words(here.panel),
        **values,
    )


def _back(here: Here, steps: list[Step], number: int) -> str:
    if all(step.answered(here.answers) for step in steps):
        return url_for("residents.panel_check", panel_id=here.panel.public_id)
    if number == 1:
        return url_for("residents.panel", panel_id=here.panel.public_id)
    before = steps[number - 2].key
    return url_for("residents.panel_question", panel_id=here.panel.public_id, key=before)


def _ask(here: Here, steps: list[Step], asked: Step) -> str | Response:
    answer = here.answers.get(asked.key)
    known = here.known.get(asked.key) if answer is None and request.method == "GET" else None
    form = question_form(here.panel, asked, answer or known)
    if form.validate_on_submit():
        registration.keep_answer(
            here.panel.public_id,
            here.me,
            asked.key,
            form.answer.data,
            shown_words(asked, here.panel),
            GivenHow.ONLINE,
        )
        given = {**here.answers, asked.key: form.answer.data}
        return _after(here, steps, given, asked.key)
    return _question_page(
        "residents/panel_question.html", here, steps, asked, form=form, known=known
    )


def _ask_where(here: Here, steps: list[Step], asked: Step) -> str | Response:
    form = where_form(here.panel, asked)
    told = where_told(form) if form.validate_on_submit() else None
    if told is not None:
        try:
            registration.keep_place(
                here.panel.public_id,
                here.me,
                told.lsoa_code,
                shown_words(asked, here.panel),
                GivenHow.ONLINE,
                place_code=told.place_code,
            )
        except NotAChoice:
            refuse_where(form)
        else:
            given = {**here.answers, **dict.fromkeys((one.key for one in asked.features), "told")}
            return _after(here, steps, given, asked.key)
    told_words = answer_words(asked, here.answers)
    return _question_page(
        "residents/panel_where.html", here, steps, asked, form=form, told=told_words
    )


@residents.route("/panels/<panel_id>/support", methods=["GET", "POST"])
@residents_only
def panel_support(panel_id: str) -> str | Response:
    """What would help somebody take part."""
    here = _here(panel_id)
    if here.own is None or here.is_closed:
        return _to("residents.panel", here)
    form = support_form(here.own.needs)
    words = support_consent()
    if form.validate_on_submit():
        try:
            registration.keep_needs(panel_id, here.me, support_told(form), words, GivenHow.ONLINE)
        except RegistrationClosed:
            return _to("residents.panel", here)
        return _to("residents.panel_check", here)
    return _page("residents/panel_support.html", here, form=form, consent=words)


@residents.route("/panels/<panel_id>/check", methods=["GET", "POST"])
@residents_only
def panel_check(panel_id: str) -> str | Response:
    """Check one's answers and send them."""
    here = _here(panel_id)
    if here.own is None or here.is_closed:
        return _to("residents.panel", here)
    steps = steps_of(here.questions)
    form = KnownForm()
    if form.validate_on_submit():
        try:
            registration.send_registration(panel_id, here.me)
        except AnswersMissing:
            missing = _missing(steps, here.answers)
            flash(_("Please answer this question too, or choose “Prefer not to say”."))
            return _to("residents.panel_question", here, key=missing.key if missing else WHERE)
        except RegistrationClosed:
            return _to("residents.panel", here)
        session.pop(OWN_CODE, None)
        return _to("residents.panel_receipt", here)
    rows = [_checked(here, step) for step in steps]
    needs = support_words(here.own.needs) if here.own.needs else _("Nothing")
    change = Link(
        _("Change"),
        url_for("residents.panel_support", panel_id=panel_id),
        hidden=_("What would help you take part"),
    )
    rows.append((_("What would help you take part"), needs, change))
    return _page(
        "residents/panel_check.html",
        here,
        form=form,
        rows=rows,
        missing=_missing(steps, here.answers),
    )


def _checked(here: Here, step: Step) -> tuple[Any, str, Link]:
    answer = answer_words(step, here.answers)
    url = url_for("residents.panel_question", panel_id=here.panel.public_id, key=step.key)
    action = Link(_("Change") if answer else _("Answer"), url, hidden=step.title)
    return step.title, answer or _("Not answered"), action


@residents.get("/panels/<panel_id>/receipt")
@residents_only
def panel_receipt(panel_id: str) -> str | Response:
    """That one's name is put forward, the reference, and what happens next."""
    here = _here(panel_id)
    if here.own is None or not here.own.stands:
        return _to("residents.panel", here)
    return _page("residents/panel_receipt.html", here)


@residents.post("/panels/<panel_id>/withdraw")
@residents_only
def withdraw_panel(panel_id: str) -> Response:
    """Take one's name back, in one step."""
    here = _here(panel_id)
    try:
        registration.withdraw_registration(panel_id, here.me)
    except UnknownRegistration:
        return _to("residents.panel", here)
    flash(
        _(
            "We have taken your name back and deleted your answers. If a draw was decided before, a"
            " row without your name stays in its files, for the auditor alone."
        ),
        "success",
    )
    return _to("residents.panel", here)
