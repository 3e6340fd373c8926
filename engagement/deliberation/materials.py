"""What members have for a round: data cards, papers of evidence, and experts who answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from engagement.audit.service import record
from engagement.contributions.asked import (
    Answered,
    answer_question,
    answer_together,
    first_of,
    questions_in,
)
from engagement.database.transactions import transactional
from engagement.deliberation.errors import UnknownRound
from engagement.deliberation.models import Round, RoundPaper, RoundQuestion
from engagement.deliberation.rounds import round_to_change
from engagement.extensions import db
from engagement.files.service import FileRow, files_of
from engagement.panels.models import Panel
from engagement.panels.service import Visible
from engagement.programmes.models import Activity
from engagement.prompts.queries import CardRow, cards_named
from engagement.sessions.papers import PaperRow, PaperWords, papers_in, throw_away, write_paper


def cards_of(programme_id: int, names: Sequence[str]) -> list[CardRow]:
    """The data cards of a round, in its order."""
    found = cards_named(programme_id, names)
    return [found[name] for name in names if name in found]


def papers_of_round(round_id: int) -> list[PaperRow]:
    """The papers of evidence for a round."""
    return papers_in(RoundPaper, RoundPaper.round_id == round_id)


def find_round_paper(public_id: str) -> tuple[str, bool, FileRow] | None:
    """The file of a full paper, with the public id of the panel that it is for, and whether its
    round was opened."""
    row = db.session.execute(
        select(Panel.public_id, Round.opened_at.is_not(None))
        .join(Round, Round.panel_id == Panel.id)
        .join(RoundPaper, RoundPaper.round_id == Round.id)
        .where(RoundPaper.public_id == public_id)
    ).one_or_none()
    files = files_of(public_id) if row is not None else []
    return (*row, files[0]) if row is not None and files else None


def questions_of_round(round_id: int, *, shown_only: bool = False) -> list[Answered]:
    """The questions to the experts of a round; see ``contributions.asked.questions_in``."""
    of = RoundQuestion.round_id == round_id
    return questions_in(RoundQuestion, of, shown_only=shown_only)


@transactional
def show_cards(visible: Visible, panel: str, public_id: str, cards: Sequence[str]) -> None:
    """Show these published data cards of the programme to whoever reads a round, in this order.

    Raises ``UnknownRound``, also for a card that is not there.
    """
    row = round_to_change(visible, panel, public_id)
    programme = db.session.scalars(
        select(Activity.programme_id)
        .join(Panel, Panel.activity_id == Activity.id)
        .where(Panel.id == row.panel_id)
    ).one()
    if set(cards) - set(cards_named(programme, cards)):
        raise UnknownRound(public_id)
    row.cards = list(dict.fromkeys(cards))
    record("round.cards shown", "round", public_id, facts={"cards": row.cards})


@transactional
def put_paper(
    visible: Visible, panel: str, public_id: str, words: PaperWords, paper: str | None = None
) -> str:
    """Put a paper of evidence to a round, or change one that is there; returns its public id.

    Raises ``UnknownRound``, also for a paper that is not there.
    """
    row = round_to_change(visible, panel, public_id)
    found = RoundPaper(round_id=row.id) if paper is None else _paper(row, paper)
    write_paper(found, words)
    record("round.paper put", "round", public_id, facts={"paper": found.public_id})
    return found.public_id


@transactional
def remove_round_paper(visible: Visible, panel: str, public_id: str, paper: str) -> None:
    """Take a paper away. Raises ``UnknownRound``, also for a paper that is not there."""
    row = round_to_change(visible, panel, public_id)
    throw_away(_paper(row, paper))
    record("round.paper removed", "round", public_id, facts={"paper": paper})


def _paper(row: Round, public_id: str) -> RoundPaper:
    found = db.session.scalars(
        select(RoundPaper).where(RoundPaper.round_id == row.id, RoundPaper.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise UnknownRound(public_id)
    return found


@transactional
def answer_expert_question(
    visible: Visible, panel: str, public_id: str, question: str, words: str, answered_by: str
) -> None:
    """Answer a question in public, and those that are answered together with it.

    Raises ``UnknownRound``, also for a question that is not there.
    """
    row = _question(round_to_change(visible, panel, public_id), question)
    answer_question(row, words, answered_by)
    record("round.question answered", "round_question", question)


@transactional
def answer_experts_together(
    visible: Visible, panel: str, public_id: str, question: str, other: str | None
) -> None:
    """Answer a question together with another one; ``None``, by itself again.

    Raises ``UnknownRound``, also for a question that is not there.
    """
    of = round_to_change(visible, panel, public_id)
    row = _question(of, question)
    first = None if other is None else first_of(_question(of, other))
    if first is not None and first.id == row.id:
        raise UnknownRound(other)
    answer_together(row, first)
    record("round.question grouped", "round_question", question, facts={"with": other or ""})


def _question(row: Round, public_id: str) -> RoundQuestion:
    found = db.session.scalars(
        select(RoundQuestion).where(
            RoundQuestion.round_id == row.id, RoundQuestion.public_id == public_id
        )
    ).one_or_none()
    if found is None:
        raise UnknownRound(public_id)
    return found
