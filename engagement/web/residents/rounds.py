"""A member's rounds: what to read, experts to ask, and tasks to answer from home in own words."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.contributions.service import Said
from engagement.deliberation.errors import NoSeat, RoundStands
from engagement.deliberation.materials import cards_of, papers_of_round, questions_of_round
from engagement.deliberation.plans import RoundState
from engagement.deliberation.rounds import find_task, is_round
from engagement.deliberation.rules import asked_now
from engagement.deliberation.taking_part import (
    OwnRound,
    answer_task,
    answers_of_others,
    ask_experts,
    own_answers_to,
    own_rounds,
    tasks_answered,
)
from engagement.panels.queries import find_panel_to_join
from engagement.panels.seat_queries import seated_on
from engagement.programmes.queries import area_names
from engagement.web.access import residents_only
from engagement.web.data_cards import show_cards
from engagement.web.help_now import help_now, remember_help
from engagement.web.kit import KitForm, Page, TextareaField, page_number
from engagement.web.once import sent_once
from engagement.web.panel_pages import recruitment_label
from engagement.web.residents.door import residents
from engagement.web.round_words import (
    ROUND_KIND_TEXT,
    ROUND_STATE_COLOUR,
    ROUND_STATE_TEXT,
    paper_link,
)
from engagement.web.session_forms import SHOWN
from engagement.web.speaking_forms import CONSENT, LONGEST, quote_field
from engagement.web.visits import require_principal

PAGE_SIZE = 20
CLOSED = _l("The round has closed, so this was not taken. Your words are still in the box.")


class TaskForm(KitForm):
    """An answer to a task, in one's own words."""

    words = TextareaField(
        _l("Your answer"),
        missing=_l("Write what you want to say"),
        hint=_l("Please do not name anybody: say “the nurse” or “my son” instead."),
        lines=8,
        count=True,
        max_length=LONGEST,
    )
    may_quote = quote_field()

    def said(self, area: str, prompt: str) -> Said:
        """What was filled in."""
        may_quote = self.may_quote.data == "yes"
        wording = str(CONSENT) if may_quote else ""
        return Said(self.words.data, area, may_quote, consent_wording=wording, prompt=prompt)


class ExpertForm(KitForm):
    """A question to the experts of a round."""

    question = TextareaField(
        _l("Your question"),
        missing=_l("Write your question"),
        hint=_l("Everyone can read it with its answer, without your name. Please name nobody."),
        lines=4,
        count=True,
        max_length=1_000,
    )


@residents.get("/rounds")
@residents_only
def rounds() -> str:
    """The rounds of the panels that one is on."""
    me = require_principal().id
    rows = own_rounds(me)
    return render_template(
        "residents/rounds.html",
        rounds=rows,
        asked=[
            seat
            for seat in seated_on(me)
            if asked_now([one.row.closed_at is not None for one in rows if one.of == seat])
        ],
        kind_text=ROUND_KIND_TEXT,
        state_text=ROUND_STATE_TEXT,
        state_colour=ROUND_STATE_COLOUR,
    )


def _own(round_id: str) -> OwnRound | Response:
    """The round, where one has a seat on its panel and it was opened; otherwise to the list."""
    own = own_rounds(require_principal().id)
    found = next((one for one in own if one.row.public_id == round_id), None)
    if found is None:
        if not is_round(round_id):
            abort(404)
        flash(_("That round is for those who have a seat on its panel now."))
    elif found.row.state is RoundState.PLANNED:
        flash(_("That round is not open yet."))
    else:
        return found
    return redirect(url_for("residents.rounds"), 303)


def _panel(own: OwnRound) -> dict[str, Any]:
    """The panel of a round, for the words that every page of it ends with."""
    panel = find_panel_to_join(own.of.public_id) or abort(404)
    return {"own": own, "panel": panel, "label": recruitment_label(panel)}


@residents.get("/rounds/<round_id>")
@residents_only
def one_round(round_id: str) -> str | Response:
    """One round: what it asks, what there is to read, and what one can do from home."""
    own = _own(round_id)
    if isinstance(own, Response):
        return own
    row = own.row
    return render_template(
        "residents/round.html",
        **_panel(own),
        row=row,
        cards=show_cards(cards_of(own.of.programme_id, row.cards)),
        papers=papers_of_round(row.id),
        paper_link=paper_link,
        answered=tasks_answered(require_principal().id, row.id),
        questions=questions_of_round(row.id, shown_only=True),
        kind_text=ROUND_KIND_TEXT,
        state_text=ROUND_STATE_TEXT,
        state_colour=ROUND_STATE_COLOUR,
    )


@residents.route("/rounds/<round_id>/tasks/<task_id>", methods=["GET", "POST"])
@residents_only
def round_task(round_id: str, task_id: str) -> str | Response:
    """One task: one's own words first, and then, or once the round has closed, others'."""
    own = _own(round_id)
    if isinstance(own, Response):
        if find_task(round_id, task_id) is None:
            abort(404)
        return own
    task = next((one for one in own.row.tasks if one.public_id == task_id), None) or abort(404)
    me, is_open = require_principal().id, own.row.state is RoundState.OPEN
    form = TaskForm() if is_open or request.method == "POST" else None
    if form is not None and form.validate_on_submit():
        said = form.said(area_names(own.of.programme_id), task.text)
        try:
            made = answer_task(own, task, me, said, sent_once())
        except (RoundStands, NoSeat):
            form.refuse("words", CLOSED)
        else:
            remember_help(made)
            flash(_("Thank you. Your words are saved as you wrote them."), "success")
            return redirect(
                url_for("residents.round_task", round_id=round_id, task_id=task_id), 303
            )
    mine = own_answers_to(task, me)
    others = answers_of_others(task, me) if mine or not is_open else []
    number = page_number(request.args.get("page"))
    first = (number - 1) * PAGE_SIZE
    return render_template(
        "residents/round_task.html",
        **_panel(own),
        task=task,
        form=form,
        mine=mine,
        may_read=bool(mine) or not is_open,
        page=Page(others[first : first + PAGE_SIZE], number, PAGE_SIZE, len(others)),
        help_lines=help_now(),
    )


@residents.route("/rounds/<round_id>/questions", methods=["GET", "POST"])
@residents_only
def round_questions(round_id: str) -> str | Response:
    """The questions to the experts of a round, with their answers; the form asks one."""
    own = _own(round_id)
    if isinstance(own, Response):
        return own
    is_open = own.row.state is RoundState.OPEN
    form = ExpertForm() if is_open or request.method == "POST" else None
    if form is not None and form.validate_on_submit():
        said = Said(
            form.question.data,
            area_names(own.of.programme_id),
            may_quote=True,
            consent_wording=str(SHOWN),
            prompt=_("A question to: %(title)s", title=own.row.title),
        )
        try:
            made = ask_experts(own, require_principal().id, said, sent_once())
        except (RoundStands, NoSeat):
            form.refuse("question", CLOSED)
        else:
            remember_help(made)
            flash(
                _(
                    "Thank you. Your question is sent. It is shown here once nothing in it has to"
                    " be read first."
                ),
                "success",
            )
            return redirect(url_for("residents.round_questions", round_id=round_id), 303)
    return render_template(
        "residents/round_questions.html",
        **_panel(own),
        form=form,
        questions=questions_of_round(own.row.id, shown_only=True),
        help_lines=help_now(),
    )
