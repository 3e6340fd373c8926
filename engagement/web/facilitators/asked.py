"""Questions read, grouped and answered in public: the same for sessions and for rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.contributions.asked import Answered
from engagement.web.facilitators.one_form import one_form
from engagement.web.kit import KitForm, SelectField, TextareaField, TextField
from engagement.web.words import STATE_TEXT


class AnswerForm(KitForm):
    """An answer to a question."""

    answer = TextareaField(
        _l("Answer"),
        missing=_l("Write the answer"),
        hint=_l("In plain words. Everyone can read it, beside the question."),
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


@dataclass(frozen=True)
class AskedHere:
    """The questions of a page. ``link`` gives the address of what can be done with one, ``answer``
    (question, words, who) and ``group`` (question, other or none) do it; ``group`` raises
    ``grouped`` where the other was grouped meanwhile."""

    title: str
    caption: str
    nobody: str
    back: str
    here: str
    questions: Sequence[Answered]
    link: Callable[[str, str], str]
    answer: Callable[[str, str, str], None]
    group: Callable[[str, str | None], None]
    grouped: type[Exception]

    def listed(self) -> str:
        """The page with all of them."""
        return render_template(
            "facilitators/asked.html",
            asked=self,
            state_text=STATE_TEXT,
        )

    def _found(self, question: str) -> Answered:
        found = (one for one in self.questions if one.first.public_id == question)
        return next(found, None) or abort(404)

    def answering(self, question: str) -> str | Response:
        """Answer one, and all that are answered together with it."""
        found = self._found(question)
        first = found.first
        form = AnswerForm(data={"answer": first.answer, "answered_by": first.answered_by})
        if form.validate_on_submit():
            self.answer(question, form.answer.data, form.answered_by.data)
            flash(_("The answer is there for everyone to read."), "success")
            return redirect(self.here, 303)
        above = [one.text for one in (first, *found.others)]
        return one_form(form, _("Answer"), _("Answer in public"), back=self.here, above=above)

    def grouping(self, question: str) -> str | Response:
        """Answer one together with another."""
        found = self._found(question)
        form = GroupForm()
        form.other.choices = [
            (one.first.public_id, one.first.text[:100])
            for one in self.questions
            if one.first.public_id != question
        ]
        if form.validate_on_submit():
            try:
                self.group(question, form.other.data)
            except self.grouped:
                form.refuse("other", _("That question was grouped meanwhile. Open this page again"))
            else:
                flash(_("They are answered together."), "success")
                return redirect(self.here, 303)
        return one_form(
            form,
            _("Answer it together"),
            _("Put them together"),
            back=self.here,
            above=[found.first.text],
        )

    def parting(self, question: str) -> Response:
        """Answer each of a group by itself again."""
        for one in self._found(question).others:
            self.group(one.public_id, None)
        flash(_("Each is answered by itself."), "success")
        return redirect(self.here, 303)
