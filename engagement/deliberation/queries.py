"""Reads of recommendations: words, stage, expectations, what they rest on, who disagrees."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from engagement.ballots.queries import BallotRow, ballots_of
from engagement.contributions.models import Contribution
from engagement.contributions.rules import TO_BE_READ
from engagement.deliberation.models import (
    Expectation,
    MinorityStatement,
    Recommendation,
    RecommendationBallot,
    RecommendationSource,
    RecommendationWording,
)
from engagement.deliberation.rules import CHANGEABLE, Stage, stage_of
from engagement.extensions import db
from engagement.panels.models import Panel
from engagement.sessions.desk import NoteRow, notes
from engagement.sessions.models import Session, TableNote
from engagement.sessions.rules import NoteKind


@dataclass(frozen=True)
class WordingRow:
    """One wording of a recommendation."""

    number: int
    title: str
    text: str
    why: str
    created_at: datetime


@dataclass(frozen=True)
class SourceRow:
    """A contribution that something rests on; ``quote`` is empty where it may not be shown."""

    public_id: str
    quote: str
    said_on: date


@dataclass(frozen=True)
class ExpectationRow:
    """What is expected, and the contributions that this rests on."""

    public_id: str
    text: str
    sources: tuple[SourceRow, ...]


@dataclass(frozen=True)
class RecommendationRow:
    """A recommendation with all that belongs to it; ``wordings`` from the first to what stands."""

    id: int
    public_id: str
    drafted_by: str
    merged_into_id: int | None
    stage: Stage
    wordings: tuple[WordingRow, ...]
    expectations: tuple[ExpectationRow, ...]
    sources: tuple[SourceRow, ...]
    statements: tuple[tuple[str, str], ...]
    ballots: tuple[BallotRow, ...]

    @property
    def title(self) -> str:
        """Its title now."""
        return self.wordings[-1].title

    @property
    def text(self) -> str:
        """Its words now."""
        return self.wordings[-1].text

    @property
    def ballot(self) -> BallotRow | None:
        """Its last ballot."""
        return self.ballots[-1] if self.ballots else None

    @property
    def is_changeable(self) -> bool:
        """Whether its words can still be changed."""
        return self.stage in CHANGEABLE


def recommendations_of(panel_id: int) -> list[RecommendationRow]:
    """The recommendations of a panel, the oldest first."""
    found = _worded(panel_id)
    parts = _parts(panel_id) if found else _Parts()
    ballots = _ballots(panel_id, parts.ballots) if parts.ballots else {}
    return [_row(row, wordings, parts, ballots.get(row.id, [])) for row, wordings in found]


def find_recommendation(panel_id: int, public_id: str) -> RecommendationRow | None:
    """One recommendation of a panel."""
    return next((row for row in recommendations_of(panel_id) if row.public_id == public_id), None)


@dataclass(frozen=True)
class Resting:
    """A recommendation that rests on a contribution."""

    panel: str
    public_id: str
    title: str


def wordings_to_draft(activity_id: int) -> list[NoteRow]:
    """What tables of an activity agreed on at sessions, and no recommendation rests on yet."""
    used = (
        select(RecommendationSource.id)
        .where(RecommendationSource.contribution_id == TableNote.contribution_id)
        .exists()
    )
    return notes(
        Session.activity_id == activity_id,
        TableNote.kind == NoteKind.WORDING,
        TableNote.contribution_id.is_not(None),
        ~used,
    )


def resting_on(contribution: str) -> list[Resting]:
    """The recommendations that rest on a contribution, by its public id."""
    of = aliased(RecommendationWording)
    stands = (
        select(func.max(of.number))
        .where(of.recommendation_id == Recommendation.id)
        .correlate(Recommendation)
        .scalar_subquery()
    )
    rows: Any = db.session.execute(
        select(Panel.public_id, Recommendation.public_id, RecommendationWording.title)
        .join(Recommendation, Recommendation.panel_id == Panel.id)
        .join(
            RecommendationWording,
            and_(
                RecommendationWording.recommendation_id == Recommendation.id,
                RecommendationWording.number == stands,
            ),
        )
        .join(RecommendationSource, RecommendationSource.recommendation_id == Recommendation.id)
        .join(Contribution, Contribution.id == RecommendationSource.contribution_id)
        .where(Contribution.public_id == contribution)
        .order_by(Recommendation.id)
    )
    return [Resting(*row) for row in rows]


@dataclass
class _Parts:
    """What belongs to the recommendations of a panel, each by the key of its recommendation."""

    expectations: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    statements: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    sources: dict[tuple[int, int | None], list[SourceRow]] = field(
        default_factory=lambda: defaultdict(list)
    )
    ballots: dict[int, int] = field(default_factory=dict)


def _row(
    row: Recommendation, wordings: list[WordingRow], parts: _Parts, ballots: list[BallotRow]
) -> RecommendationRow:
    last = ballots[-1] if ballots else None
    return RecommendationRow(
        row.id,
        row.public_id,
        row.drafted_by,
        row.merged_into_id,
        stage_of(
            merged=row.merged_into_id is not None,
            ballot=last.state if last else None,
            record=last.record if last else None,
        ),
        tuple(wordings),
        tuple(
            ExpectationRow(one.public_id, one.text, tuple(parts.sources[row.id, one.id]))
            for one in parts.expectations[row.id]
        ),
        tuple(parts.sources[row.id, None]),
        tuple((one.public_id, one.text) for one in parts.statements[row.id]),
        tuple(ballots),
    )


def _worded(panel_id: int) -> list[tuple[Recommendation, list[WordingRow]]]:
    rows = db.session.execute(
        select(Recommendation, RecommendationWording)
        .join(RecommendationWording, RecommendationWording.recommendation_id == Recommendation.id)
        .where(Recommendation.panel_id == panel_id)
        .order_by(Recommendation.id, RecommendationWording.number)
    )
    found: dict[int, tuple[Recommendation, list[WordingRow]]] = {}
    for row, one in rows:
        wording = WordingRow(one.number, one.title, one.text, one.why, one.created_at)
        found.setdefault(row.id, (row, []))[1].append(wording)
    return [*found.values()]


def _parts(panel_id: int) -> _Parts:
    """All that belongs to the recommendations of a panel, in one question."""
    shown = and_(Contribution.may_quote, Contribution.state.in_(TO_BE_READ))
    quote = func.coalesce(Contribution.translation, Contribution.text, "")
    none, no_day = cast(null(), BigInteger), cast(null(), Date)

    def part(kind: str, table: Any, *columns: Any) -> Any:
        names = ("kind", "recommendation_id", "id", "public_id", "text", "other", "said_on")
        values = (literal(kind), table.recommendation_id, table.id, *columns)
        labelled = [value.label(name) for name, value in zip(names, values, strict=True)]
        return (
            select(*labelled)
            .join(Recommendation, Recommendation.id == table.recommendation_id)
            .where(Recommendation.panel_id == panel_id)
        )

    source = RecommendationSource
    quoted = case((shown, quote), else_="")
    rows = db.session.execute(
        union_all(
            part("expectation", Expectation, Expectation.public_id, Expectation.text, none, no_day),
            part(
                "statement",
                MinorityStatement,
                MinorityStatement.public_id,
                MinorityStatement.text,
                none,
                no_day,
            ),
            part(
                "source",
                source,
                Contribution.public_id,
                quoted,
                source.expectation_id,
                Contribution.said_on,
            ).join(Contribution, Contribution.id == source.contribution_id),
            part(
                "ballot",
                RecommendationBallot,
                literal(""),
                literal(""),
                RecommendationBallot.ballot_id,
                no_day,
            ),
        ).order_by("kind", "id")
    )
    parts = _Parts()
    for row in rows:
        if row.kind == "expectation":
            parts.expectations[row.recommendation_id].append(row)
        elif row.kind == "statement":
            parts.statements[row.recommendation_id].append(row)
        elif row.kind == "source":
            one = SourceRow(row.public_id, row.text, row.said_on)
            parts.sources[row.recommendation_id, row.other].append(one)
        else:
            parts.ballots[row.other] = row.recommendation_id
    return parts


def _ballots(panel_id: int, linked: dict[int, int]) -> dict[int, list[BallotRow]]:
    """The ballots on each, in order: those that run another again belong where that belongs."""
    found: dict[int, list[BallotRow]] = defaultdict(list)
    for ballot in ballots_of(panel_id):
        key = linked.get(ballot.id) or linked.get(ballot.again_of_id or 0)
        if key is not None:
            linked[ballot.id] = key
            found[key].append(ballot)
    return found
