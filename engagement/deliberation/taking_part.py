"""Taking part in a round from home: reading, asking the experts, answering tasks in own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engagement.accounts.credentials import keyed_hash
from engagement.audit.service import record
from engagement.contributions.asked import put_question
from engagement.contributions.models import Contribution
from engagement.contributions.queries import readable
from engagement.contributions.rules import TO_BE_READ, State
from engagement.contributions.service import Said, key_of_taken, take_in_once
from engagement.database.transactions import transactional
from engagement.deliberation.errors import NoSeat, RoundStands, UnknownRound
from engagement.deliberation.models import Round, RoundAnswer, RoundQuestion, RoundTask
from engagement.deliberation.rounds import RoundRow, TaskRow, round_to_change, rounds_of
from engagement.deliberation.rules import made_up_name
from engagement.extensions import db
from engagement.panels.models import Panel
from engagement.panels.rules import SeatState
from engagement.panels.seat_queries import SeatedOn, find_seat, own_seat, seated_on
from engagement.panels.service import Visible
from engagement.people.models import ParticipantLink
from engagement.people.participation import participate
from engagement.programmes.models import Activity, Participant


@dataclass(frozen=True)
class OwnRound:
    """A round of a panel on which somebody has a seat."""

    of: SeatedOn
    row: RoundRow


def own_rounds(resident_id: int) -> list[OwnRound]:
    """The rounds of the panels on which a resident has a seat now, in order."""
    seats = {seat.panel_id: seat for seat in seated_on(resident_id)}
    return [OwnRound(seats[row.panel_id], row) for row in rounds_of(*seats)] if seats else []


@dataclass(frozen=True)
class AnswerRow:
    """What a member answered to a task, and the name under which the others read it."""

    text: str
    pseudonym: str
    state: State
    may_quote: bool


_ANSWER = (
    Contribution.text,
    RoundAnswer.pseudonym,
    Contribution.state,
    Contribution.may_quote,
)


_not_taken_back = Contribution.text.is_not(None) & (Contribution.state != State.WITHDRAWN)


def own_answers_to(task: TaskRow, resident_id: int) -> list[AnswerRow]:
    """What a resident answered to a task and did not take back, the first first."""
    return _answers(RoundAnswer.task_id == task.id, _of(resident_id), _not_taken_back)


def answers_of_others(task: TaskRow, resident_id: int) -> list[AnswerRow]:
    """What others answered to a task and let others read, in an order that tells nothing of when
    they did."""
    return _answers(
        RoundAnswer.task_id == task.id,
        ~_of(resident_id),
        Contribution.may_quote.is_(True),
        Contribution.state.in_(TO_BE_READ),
        readable,
    )


def answers_to(task: TaskRow) -> list[AnswerRow]:
    """All answers to a task that staff may read, under the members' made-up names."""
    return _answers(RoundAnswer.task_id == task.id, readable)


def tasks_answered(resident_id: int, round_id: int) -> set[int]:
    """The keys of the tasks of a round to which a resident has an answer."""
    return set(
        db.session.scalars(
            select(RoundAnswer.task_id)
            .join(RoundTask, RoundTask.id == RoundAnswer.task_id)
            .join(Contribution, Contribution.id == RoundAnswer.contribution_id)
            .where(RoundTask.round_id == round_id, _of(resident_id), _not_taken_back)
        )
    )


def people_answering(round_id: int) -> dict[int, int]:
    """How many people answered each task of a round, by the task's key."""
    rows: Any = db.session.execute(
        select(RoundAnswer.task_id, func.count(Contribution.participant_id.distinct()))
        .join(RoundTask, RoundTask.id == RoundAnswer.task_id)
        .join(Contribution, Contribution.id == RoundAnswer.contribution_id)
        .where(RoundTask.round_id == round_id, readable)
        .group_by(RoundAnswer.task_id)
    )
    return dict(rows.all())


def _answers(*conditions: ColumnElement[bool]) -> list[AnswerRow]:
    rows: Any = db.session.execute(
        select(*_ANSWER)
        .join(Contribution, Contribution.id == RoundAnswer.contribution_id)
        .where(*conditions)
        .order_by(RoundAnswer.pseudonym, RoundAnswer.id)
    )
    return [AnswerRow(*row) for row in rows]


def _of(resident_id: int) -> ColumnElement[bool]:
    return Contribution.participant_id.in_(
        select(ParticipantLink.participant_id).where(ParticipantLink.resident_id == resident_id)
    )


@transactional
def answer_task(own: OwnRound, task: TaskRow, resident_id: int, said: Said, once: str = "") -> str:
    """Take what a member answers to a task of a round that is open, as they said it.

    Returns the contribution that it is, one for a form sent twice. Raises ``RoundStands`` where the
    round is not open, ``NoSeat`` where they left, ``NothingSaid`` or ``TooLong``.
    """
    activity, participant = _taking_part(own.of.panel_id, own.row.id, resident_id)
    made = take_in_once(activity, participant, said, once, asked=True)
    _keep_answer(own.of.panel_id, task.id, participant, made)
    return made


@transactional
def answer_for(
    visible: Visible,
    panel: str,
    public_id: str,
    task: str,
    seat: str,
    said: Said,
    once: str = "",
) -> str:
    """Write down what a member answered on paper or by telephone; as ``answer_task``.

    Raises ``UnknownRound`` too, also for a task that is not there.
    """
    row = round_to_change(visible, panel, public_id)
    found = find_seat(row.panel_id, seat)
    of = RoundTask.round_id == row.id
    task_id = db.session.scalar(select(RoundTask.id).where(of, RoundTask.public_id == task))
    if task_id is None:
        raise UnknownRound(task)
    if found is None:
        raise NoSeat(seat)
    activity, participant = _taking_part(row.panel_id, row.id, found.resident_id)
    made = take_in_once(activity, participant, said, once, asked=True)
    _keep_answer(row.panel_id, task_id, participant, made)
    record("round.answer written down", "round", public_id)
    return made


@transactional
def ask_experts(own: OwnRound, resident_id: int, said: Said, once: str = "") -> str:
    """Ask the experts of a round that is open; as ``answer_task``."""
    activity, participant = _taking_part(own.of.panel_id, own.row.id, resident_id)
    made = take_in_once(activity, participant, said, once, asked=True)
    put_question(RoundQuestion(round_id=own.row.id, contribution_id=key_of_taken(made)))
    return made


def _taking_part(panel_id: int, round_id: int, resident_id: int) -> tuple[Activity, int]:
    """The activity, and the participant that a member of the panel is; the round stays open
    meanwhile."""
    taking_part = take_place(panel_id, resident_id)
    row = db.session.scalars(
        select(Round).where(Round.id == round_id).execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row.opened_at is None or row.closed_at is not None:
        raise RoundStands(str(round_id))
    return taking_part


def take_place(panel_id: int, resident_id: int) -> tuple[Activity, int]:
    """The activity that a panel is, and the participant that a member of it is, until the end of
    the transaction. Raises ``NoSeat`` where they have none now."""
    # As everything that changes a panel's rounds: the panel first, so that nobody waits in a ring.
    db.session.execute(select(Panel.id).where(Panel.id == panel_id).with_for_update())
    seat = own_seat(panel_id, resident_id)
    if seat is None or seat.state is not SeatState.ACCEPTED:
        raise NoSeat(str(panel_id))
    activity = db.session.scalars(
        select(Activity).join(Panel, Panel.activity_id == Activity.id).where(Panel.id == panel_id)
    ).one()
    return activity, participate(resident_id, activity.programme_id)


def _keep_answer(panel_id: int, task_id: int, participant_id: int, made: str) -> None:
    contribution = key_of_taken(made)
    known = select(RoundAnswer.id).where(RoundAnswer.contribution_id == contribution)
    if db.session.scalar(known) is not None:
        return
    name = _pseudonym(panel_id, participant_id)
    db.session.add(RoundAnswer(task_id=task_id, contribution_id=contribution, pseudonym=name))
    db.session.flush()


def _pseudonym(panel_id: int, participant_id: int) -> str:
    """The made-up name of a participant on a panel, made at the first answer.

    Two who answer for the first time wait for each other at the panel, which is locked.
    """
    rows: Any = db.session.execute(
        select(Contribution.participant_id, RoundAnswer.pseudonym)
        .join(RoundAnswer, RoundAnswer.contribution_id == Contribution.id)
        .join(RoundTask, RoundTask.id == RoundAnswer.task_id)
        .join(Round, Round.id == RoundTask.round_id)
        .where(Round.panel_id == panel_id)
    ).all()
    names: dict[int, str] = dict(rows)
    if participant_id not in names:
        public_id = db.session.scalar(
            select(Participant.public_id).where(Participant.id == participant_id)
        )
        number = int(keyed_hash("pseudonym", f"{panel_id} {public_id}"), 16)
        names[participant_id] = made_up_name(number, set(names.values()))
    return names[participant_id]
