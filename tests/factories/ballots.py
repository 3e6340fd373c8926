"""Panels with members, and ballots in every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, update

from engagement.ballots.models import Ballot
from engagement.ballots.rules import Kind, Plan, Vote
from engagement.ballots.service import draft_ballot, make_key, open_ballot, tally
from engagement.ballots.voting import vote
from engagement.database import clock
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.methods.choice.consent import Step
from engagement.panels.models import Panel, Registration, Seat
from engagement.panels.rules import SeatState
from tests.factories import Programme
from tests.factories.panels import letters_for, panel_of, register

CONSENT = Plan(
    Kind.CONSENT,
    "Can you live with this recommendation?",
    "Whoever waits gets a call every four weeks.",
)
RANKING = Plan(
    Kind.RANKING, "What comes first?", options=("Calls", "Letters", "A web page", "A desk")
)
STRAW = Plan(Kind.STRAW, "Tea or coffee?", options=("Tea", "Coffee"))


def seated_panel(
    programme: Programme, people: int = 6, mark: str = "", *, published: bool = False
) -> tuple[str, list[int]]:
    """A panel with so many members; its public id, and the keys of the residents."""
    panel = panel_of(programme, mark=mark, published=published)
    return panel, seat(panel, people)


def seat(panel: str, people: int) -> list[int]:
    """So many more take a seat on a panel; the keys of the residents."""
    found = [register(panel, letter) for letter in letters_for(panel, people)]
    with transaction():
        key = db.session.scalars(select(Panel.id).where(Panel.public_id == panel)).one()
        rows = db.session.execute(
            select(Registration.id, Registration.resident_id).where(
                Registration.panel_id == key,
                Registration.resident_id.in_([one.resident_id for one in found]),
            )
        ).all()
        late = clock.now() + timedelta(days=1)
        for row in rows:
            seat = Seat(
                panel_id=key,
                registration_id=row.id,
                state=SeatState.ACCEPTED,
                deadline_at=late,
                decided_at=clock.now(),
            )
            db.session.add(seat)
    return [one.resident_id for one in found]


def keyed_ballot(panel: str, plan: Plan = CONSENT) -> tuple[str, list[str]]:
    """A ballot with a key of each of two convenors; its public id, and their secrets."""
    with transaction():
        plan = replace(plan, closes_at=clock.now() + timedelta(days=7))
    ballot = draft_ballot(None, panel, plan)
    if plan.kind is Kind.STRAW:
        return ballot, []
    return ballot, [make_key(None, ballot, f"convenor {number}") for number in (1, 2)]


def opened_ballot(panel: str, plan: Plan = CONSENT) -> tuple[str, list[str]]:
    """A ballot that is open; its public id, and the secrets."""
    ballot, secrets = keyed_ballot(panel, plan)
    open_ballot(None, ballot)
    return ballot, secrets


def close(ballot: str) -> None:
    """Let the time of a ballot be over."""
    with transaction():
        over = clock.now() - timedelta(seconds=1)
        db.session.execute(update(Ballot).where(Ballot.public_id == ballot).values(closes_at=over))


def voted_ballot(panel: str, residents: list[int], reason: str = "") -> tuple[str, list[str]]:
    """A ballot on which all of these voted, one of them with a reason against."""
    ballot, secrets = opened_ballot(panel)
    for resident in residents[1:]:
        vote(ballot, resident, Vote(Step.LIKE))
    vote(ballot, residents[0], Vote(Step.LOATHE, reason=reason))
    return ballot, secrets


def tallied_ballot(panel: str, residents: list[int], reason: str = "") -> str:
    """A ballot that was voted on, closed and tallied."""
    ballot, secrets = voted_ballot(panel, residents, reason)
    close(ballot)
    tally(None, ballot, secrets)
    return ballot


def balloted(panel: str, mark: str) -> str:
    """Five more members, a ballot that was tallied, one that is open, and a straw poll; the public
    id of the open one. Somebody's reason against is marked."""
    residents = seat(panel, 5)
    tallied_ballot(panel, residents, f"Nobody asked the deaf {mark}")
    ballot, _secrets = voted_ballot(panel, residents)
    vote(opened_ballot(panel, STRAW)[0], residents[0], Vote(ranking=(("Tea",),)))
    return ballot
