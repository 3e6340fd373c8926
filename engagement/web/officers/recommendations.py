"""What panels agreed on: who must answer it, by when, and the answer."""

from __future__ import annotations

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.accounts.rules import Role
from engagement.deliberation.queries import find_recommendation, recommendations_of
from engagement.deliberation.rules import Stage
from engagement.panels.queries import PanelRow, find_panel
from engagement.strategy.answering import Duty, Owed, answer_recommendation, owed_for
from engagement.strategy.errors import AnswerNeedsReason, ChangedMeanwhile, DueBefore, NotAgreed
from engagement.strategy.rules import Answer
from engagement.web.access import staff_only
from engagement.web.context import day
from engagement.web.kit import Choice, DateField, KitForm, RadiosField, TextareaField, TextField
from engagement.web.officers.door import officers
from engagement.web.visits import require_principal
from engagement.web.words import ANSWER_COLOUR, ANSWER_TEXT, CHANGED

NOT_YET = "not yet"


class DutyForm(KitForm):
    """Who answers, by when, and what they say."""

    owner = TextField(
        _l("Who must answer it?"),
        missing=_l("Enter which service or board must answer it"),
        hint=_l("A service or a board, not a person. Everyone sees it."),
        max_length=200,
    )
    due_on = DateField(
        _l("By when?"),
        subject=_l("The day"),
        missing=_l("Enter the day by which it is answered"),
        hint=_l("Once it is over without an answer, everyone sees that it is overdue."),
    )
    answer = RadiosField(
        _l("What is the answer?"),
        missing=_l("Choose an answer, or “Not answered yet”"),
        choices=[
            *(Choice(answer.value, text) for answer, text in ANSWER_TEXT.items()),
            Choice(NOT_YET, _l("Not answered yet"), apart=True),
        ],
    )
    reason = TextareaField(
        _l("Why"),
        hint=_l("In plain words, to the members who agreed on it. An answer needs a reason."),
        lines=6,
        max_length=5_000,
    )
    progress = TextareaField(_l("What has been done so far (optional)"), lines=3, max_length=5_000)

    def duty(self) -> Duty:
        """What was filled in."""
        chosen = self.answer.data
        answer = None if chosen == NOT_YET else Answer(chosen)
        return Duty(self.owner.data, self.due_on.data, answer, self.reason.data, self.progress.data)


def _visible() -> frozenset[int] | None:
    return require_principal().programmes_with(Role.OFFICER)


def _panel(panel_id: str) -> PanelRow:
    return find_panel(_visible(), panel_id) or abort(404)


@officers.get("/panels/<panel_id>/recommendations")
@staff_only(Role.OFFICER)
def recommendations(panel_id: str) -> str:
    """What a panel agreed on, with who must answer it and what they said."""
    panel = _panel(panel_id)
    rows = [row for row in recommendations_of(panel.id) if row.stage is Stage.AGREED]
    return render_template(
        "officers/recommendations.html",
        panel=panel,
        rows=rows,
        owed=owed_for(rows),
        answer_text=ANSWER_TEXT,
        answer_colour=ANSWER_COLOUR,
    )


@officers.route(
    "/panels/<panel_id>/recommendations/<recommendation_id>/answer", methods=["GET", "POST"]
)
@staff_only(Role.OFFICER)
def answer_recommended(panel_id: str, recommendation_id: str) -> str | Response:
    """Say who must answer a recommendation and by when, or give the answer."""
    panel = _panel(panel_id)
    row = find_recommendation(panel.id, recommendation_id) or abort(404)
    there = redirect(url_for("officers.recommendations", panel_id=panel_id), 303)
    if row.stage is not Stage.AGREED:
        flash(_("The panel has not agreed on that, so nobody has to answer it."))
        return there
    now = owed_for([row]).get(row.public_id)
    form = DutyForm(
        data={
            "owner": now.owner,
            "due_on": now.due_on,
            "answer": now.answer.value if now.answer else NOT_YET,
            "reason": now.reason,
            "progress": now.progress,
        }
        if now
        else None
    )
    was = request.form.get("was", now.changed_at.isoformat() if now else "")
    above: list[str] = []
    if form.validate_on_submit():
        try:
            answer_recommendation(_visible(), panel_id, recommendation_id, form.duty(), _was())
        except ChangedMeanwhile:
            stands = owed_for([row])[row.public_id]
            above = _stands(stands)
            was = stands.changed_at.isoformat()
        except AnswerNeedsReason:
            form.refuse("reason", _("Enter the reason: everyone reads it"))
        except DueBefore:
            form.refuse("due_on", _("The day must be today or later"))
        except NotAgreed:
            flash(_("The panel has not agreed on that, so nobody has to answer it."))
            return there
        else:
            flash(_("It is saved, and everyone can read it."), "success")
            return there
    return render_template(
        "officers/answer_recommendation.html",
        panel=panel,
        row=row,
        form=form,
        was=was,
        above=above,
    )


def _was() -> datetime | None:
    """When what the form was opened with had been changed; empty where nothing stood."""
    try:
        return datetime.fromisoformat(request.form.get("was", ""))
    except ValueError:
        return None


def _stands(now: Owed) -> list[str]:
    """That somebody else was quicker, and what stands now."""
    answer = ANSWER_TEXT[now.answer] if now.answer else _("Not answered yet")
    return [
        str(CHANGED),
        _(
            "It stands now: %(owner)s, by %(day)s. %(answer)s. %(reason)s %(progress)s",
            owner=now.owner,
            day=day(now.due_on),
            answer=answer,
            reason=now.reason,
            progress=now.progress,
        ),
    ]
