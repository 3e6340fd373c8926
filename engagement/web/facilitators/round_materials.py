"""What members have for a round: cards, papers, experts' answers; and what they answered to it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engagement.contributions.rules import Channel, ConsentHow
from engagement.contributions.service import Said
from engagement.deliberation import materials as service
from engagement.deliberation.errors import NoSeat, RoundStands, UnknownRound
from engagement.deliberation.materials import papers_of_round, questions_of_round
from engagement.deliberation.rounds import RoundRow
from engagement.deliberation.taking_part import answer_for, answers_to
from engagement.panels.queries import PanelRow
from engagement.programmes.queries import area_names
from engagement.prompts.queries import cards_named, cards_on_show
from engagement.web.access import staff_only
from engagement.web.facilitators.asked import AskedHere
from engagement.web.facilitators.door import facilitators
from engagement.web.facilitators.one_form import one_form
from engagement.web.facilitators.panels import RECRUITERS, seat_choices, visible
from engagement.web.facilitators.papers import PaperForm, paper_form
from engagement.web.facilitators.rounds import round_here
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
)
from engagement.web.once import FIELD, once, sent_once
from engagement.web.round_words import paper_link
from engagement.web.speaking_forms import CONSENT, LONGEST
from engagement.web.words import CHANNEL_TEXT, STATE_TEXT

PAGES = {
    "answer": "facilitators.answer_expert_question",
    "group": "facilitators.group_expert_question",
    "part": "facilitators.part_expert_questions",
}
BY_HAND = (Channel.PAPER, Channel.PHONE, Channel.FACE_TO_FACE)


class CardsForm(KitForm):
    """Which data cards stand with a round."""

    cards = CheckboxesField(
        _l("Which data cards do members see?"),
        hint=_l("Published cards of this programme, with source and caveat."),
    )


class TaskAnswerForm(KitForm):
    """What a member answered on paper or by telephone."""

    seat = SelectField(
        _l("Whose answer is it?"),
        missing=_l("Choose whose answer it is"),
        hint=_l("By the reference of the seat. The others read it under a made-up name."),
    )
    task = SelectField(_l("To which question?"), missing=_l("Choose the question"))
    channel = RadiosField(
        _l("How did it come?"),
        missing=_l("Choose how it came"),
        choices=[(one.value, CHANNEL_TEXT[one]) for one in BY_HAND],
    )
    words = TextareaField(
        _l("What they said, word for word"),
        missing=_l("Write what they said"),
        lines=8,
        count=True,
        max_length=LONGEST,
    )
    may_quote = RadiosField(
        _l("May we show their words to others?"),
        missing=_l("Choose yes or no"),
        choices=[
            Choice("yes", _l("Yes, they agreed that we show their words, without their name")),
            Choice("no", _l("No: count it, do not show it")),
        ],
    )

    def said(self, area: str, prompt: str) -> Said:
        """What was filled in."""
        channel = Channel(self.channel.data)
        may_quote = self.may_quote.data == "yes"
        return Said(
            self.words.data,
            area,
            may_quote,
            consent_wording=str(CONSENT) if may_quote else "",
            consent_how=ConsentHow.PAPER if channel is Channel.PAPER else ConsentHow.SPOKEN,
            channel=channel,
            prompt=prompt,
        )


def _round_page(panel: PanelRow, row: RoundRow) -> str:
    return url_for("facilitators.one_round", panel_id=panel.public_id, round_id=row.public_id)


@facilitators.route("/panels/<panel_id>/rounds/<round_id>/cards", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def round_cards(panel_id: str, round_id: str) -> str | Response:
    """Choose the data cards that stand with a round."""
    panel, _rounds, row = round_here(panel_id, round_id)
    offered = {card.public_id: card for card in cards_on_show(panel.programme_id)}
    offered |= cards_named(panel.programme_id, row.cards)  # a card that was replaced may stay
    form = CardsForm(data={"cards": list(row.cards)})
    form.cards.choices = [Choice(key, card.title) for key, card in offered.items()]
    if form.validate_on_submit():
        service.show_cards(visible(), panel_id, round_id, form.cards.data)
        flash(_("Your changes are saved."), "success")
        return redirect(_round_page(panel, row), 303)
    above = [] if offered else [_("No data card of this programme is published yet.")]
    back = _round_page(panel, row)
    return one_form(
        form,
        _("Data cards"),
        _("Save"),
        back=back,
        caption=row.title,
        above=above,
    )


@facilitators.route("/panels/<panel_id>/rounds/<round_id>/papers", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def round_papers(panel_id: str, round_id: str) -> str | Response:
    """The papers of evidence for a round; the form adds one."""
    panel, _rounds, row = round_here(panel_id, round_id)
    form = PaperForm()
    if form.validate_on_submit() and (words := form.words()):
        service.put_paper(visible(), panel_id, round_id, words)
        flash(_("The paper is there."), "success")
        return _papers(panel_id, round_id)
    here: dict[str, Any] = {"panel_id": panel_id, "round_id": round_id}
    return render_template(
        "facilitators/papers.html",
        caption=row.title,
        papers=[
            (
                one,
                paper_link(one),
                url_for("facilitators.change_round_paper", paper_id=one.public_id, **here),
                url_for("facilitators.remove_round_paper", paper_id=one.public_id, **here),
            )
            for one in papers_of_round(row.id)
        ],
        back=_round_page(panel, row),
        form=form,
    )


def _papers(panel_id: str, round_id: str) -> Response:
    here = url_for("facilitators.round_papers", panel_id=panel_id, round_id=round_id)
    return redirect(here, 303)


@facilitators.route(
    "/panels/<panel_id>/rounds/<round_id>/round-papers/<paper_id>", methods=["GET", "POST"]
)
@staff_only(*RECRUITERS)
def change_round_paper(panel_id: str, round_id: str, paper_id: str) -> str | Response:
    """Change a paper of evidence."""
    _panel, _rounds, row = round_here(panel_id, round_id)
    paper = next((one for one in papers_of_round(row.id) if one.public_id == paper_id), None)
    form = paper_form(paper or abort(404))
    if form.validate_on_submit() and (words := form.words()):
        service.put_paper(visible(), panel_id, round_id, words, paper_id)
        flash(_("Your changes are saved."), "success")
        return _papers(panel_id, round_id)
    back = url_for("facilitators.round_papers", panel_id=panel_id, round_id=round_id)
    return one_form(form, _("Change the paper"), _("Save"), back=back, caption=row.title)


@facilitators.post("/panels/<panel_id>/rounds/<round_id>/round-papers/<paper_id>/remove")
@staff_only(*RECRUITERS)
def remove_round_paper(panel_id: str, round_id: str, paper_id: str) -> Response:
    """Take a paper of evidence away."""
    round_here(panel_id, round_id)
    try:
        service.remove_round_paper(visible(), panel_id, round_id, paper_id)
    except UnknownRound:
        abort(404)
    flash(_("The paper is taken away."), "success")
    return _papers(panel_id, round_id)


def _asked(panel_id: str, round_id: str) -> AskedHere:
    panel, _rounds, row = round_here(panel_id, round_id)
    here: dict[str, Any] = {"panel_id": panel_id, "round_id": round_id}
    return AskedHere(
        title=_("Questions to the experts"),
        caption=row.title,
        nobody=_("Members can, on their pages, while the round is open."),
        back=_round_page(panel, row),
        here=url_for("facilitators.round_questions", **here),
        questions=questions_of_round(row.id),
        link=lambda page, one: url_for(PAGES[page], asked_id=one, **here),
        answer=partial(service.answer_expert_question, visible(), panel_id, round_id),
        group=partial(service.answer_experts_together, visible(), panel_id, round_id),
        grouped=UnknownRound,
    )


@facilitators.get("/panels/<panel_id>/rounds/<round_id>/questions")
@staff_only(*RECRUITERS)
def round_questions(panel_id: str, round_id: str) -> str:
    """The questions to the experts of a round."""
    return _asked(panel_id, round_id).listed()


@facilitators.route(
    "/panels/<panel_id>/rounds/<round_id>/experts/<asked_id>", methods=["GET", "POST"]
)
@staff_only(*RECRUITERS)
def answer_expert_question(panel_id: str, round_id: str, asked_id: str) -> str | Response:
    """Answer a question in public, and all that are answered together with it."""
    return _asked(panel_id, round_id).answering(asked_id)


@facilitators.route(
    "/panels/<panel_id>/rounds/<round_id>/experts/<asked_id>/together", methods=["GET", "POST"]
)
@staff_only(*RECRUITERS)
def group_expert_question(panel_id: str, round_id: str, asked_id: str) -> str | Response:
    """Answer a question together with another one."""
    return _asked(panel_id, round_id).grouping(asked_id)


@facilitators.post("/panels/<panel_id>/rounds/<round_id>/experts/<asked_id>/alone")
@staff_only(*RECRUITERS)
def part_expert_questions(panel_id: str, round_id: str, asked_id: str) -> Response:
    """Answer each question of a group by itself again."""
    return _asked(panel_id, round_id).parting(asked_id)


@facilitators.get("/panels/<panel_id>/rounds/<round_id>/answers")
@staff_only(*RECRUITERS)
def round_answers(panel_id: str, round_id: str) -> str:
    """What members answered from home, under their made-up names."""
    panel, _rounds, row = round_here(panel_id, round_id)
    return render_template(
        "facilitators/round_answers.html",
        panel=panel,
        row=row,
        back=_round_page(panel, row),
        tasks=[(task, answers_to(task)) for task in row.tasks],
        state_text=STATE_TEXT,
    )


@facilitators.route("/panels/<panel_id>/rounds/<round_id>/answers/new", methods=["GET", "POST"])
@staff_only(*RECRUITERS)
def write_answer(panel_id: str, round_id: str) -> str | Response:
    """Write down what a member answered on paper or by telephone."""
    panel, _rounds, row = round_here(panel_id, round_id)
    back = url_for("facilitators.round_answers", panel_id=panel_id, round_id=round_id)
    form = TaskAnswerForm()
    form.seat.choices = seat_choices(panel.id)
    form.task.choices = [(task.public_id, task.text) for task in row.tasks]
    if form.validate_on_submit():
        prompt = next(task.text for task in row.tasks if task.public_id == form.task.data)
        said = form.said(area_names(panel.programme_id), prompt)
        try:
            answer_for(
                visible(),
                panel_id,
                round_id,
                form.task.data,
                form.seat.data,
                said,
                sent_once(),
            )
        except RoundStands:
            form.refuse("words", _("The round is not open, so nothing is saved. Open it first"))
        except NoSeat:
            form.refuse("seat", _("They have left the panel meanwhile"))
        else:
            flash(_("Their answer is there, in their words."), "success")
            return redirect(back, 303)
    return one_form(
        form,
        _("Write down an answer"),
        _("Save it"),
        back=back,
        caption=row.title,
        hidden={FIELD: once()},
    )
