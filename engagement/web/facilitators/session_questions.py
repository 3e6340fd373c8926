"""Questions sent to a session beforehand: read, grouped, and answered in public."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.sessions import questions as service
from engagement.sessions.errors import UnknownItem
from engagement.sessions.queries import Answered, questions_of
from engagement.web.access import staff_only
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, visible
from engagement.web.facilitators.sessions import back_to, session_or_404, to_session
from engagement.web.kit import KitForm, SelectField, TextareaField, TextField
from engagement.web.words import STATE_TEXT


class AnswerForm(KitForm):
    """An answer to a question."""

    answer = TextareaField(
        _l("Answer"),
        missing=_l("Write the answer"),
        hint=_l("In plain words. Everyone can read it, on the page of the session."),
        lines=8,
        max_length=5_000,
    )
    answered_by = TextField(
        _l("Who answers?"),
        missing=_l("Enter who answers"),
        hint=_l("Such as: Dr Jo Okoro, lung specialist at the Royal. Everyone sees it."),
        max_length=200,
    )


class GroupForm(KitForm):
    """With which question it is answered."""

    other = SelectField(_l("Answer it together with"), missing=_l("Choose one"))


@facilitators.get("/sessions/<session_id>/questions")
@staff_only(*RECRUITERS)
def session_questions(session_id: str) -> str:
    """The questions of a session."""
    row = session_or_404(session_id)
    return render_template(
        "facilitators/session_questions.html",
        row=row,
        back=back_to(row),
        questions=questions_of(row.id),
        state_text=STATE_TEXT,
    )


def _question(session_id: int, question_id: str) -> tuple[list[Answered], Answered]:
    every = questions_of(session_id)
    found = next((one for one in every if one.first.public_id == question_id), None)
    return every, found or abort(404)


@facilitators.route("/sessions/<session_id>/asked/<asked_id>", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def answer_question(session_id: str, asked_id: str) -> str | Response:
    """Answer a question, and all that are answered together with it."""
    row = session_or_404(session_id)
    _every, found = _question(row.id, asked_id)
    first = found.first
    form = AnswerForm(data={"answer": first.answer, "answered_by": first.answered_by})
    if form.validate_on_submit():
        service.answer(visible(), session_id, asked_id, form.answer.data, form.answered_by.data)
        flash(_("The answer is on the page of the session."), "success")
        return to_session(session_id, "session_questions")
    back = url_for("facilitators.session_questions", session_id=session_id)
    asked = [one.text for one in (first, *found.others)]
    return one_form(form, _("Answer"), _("Answer in public"), back=back, above=asked)


@facilitators.route("/sessions/<session_id>/asked/<asked_id>/together", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def group_question(session_id: str, asked_id: str) -> str | Response:
    """Answer a question together with another one."""
    row = session_or_404(session_id)
    every, found = _question(row.id, asked_id)
    form = GroupForm()
    form.other.choices = [
        (one.first.public_id, one.first.text[:100])
        for one in every
        if one.first.public_id != asked_id
    ]
    if form.validate_on_submit():
        try:
            service.answer_with(visible(), session_id, asked_id, form.other.data)
        except UnknownItem:
            form.refuse("other", _("That question was grouped meanwhile. Open this page again"))
        else:
            flash(_("They are answered together."), "success")
            return to_session(session_id, "session_questions")
    back = url_for("facilitators.session_questions", session_id=session_id)
    return one_form(
        form, _("Answer it together"), _("Put them together"), back=back, above=[found.first.text]
    )


@facilitators.post("/sessions/<session_id>/asked/<asked_id>/alone")
@staff_only(*RECRUITERS)
def part_questions(session_id: str, asked_id: str) -> Response:
    """Answer each question of a group by itself again."""
    row = session_or_404(session_id)
    _every, found = _question(row.id, asked_id)
    for one in found.others:
        service.answer_with(visible(), session_id, one.public_id, None)
    flash(_("Each is answered by itself."), "success")
    return redirect(url_for("facilitators.session_questions", session_id=session_id), 303)
