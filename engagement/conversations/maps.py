"""The map of opinions in a conversation: asked for, made of the votes, kept, shown to everyone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from engagement.audit.service import record
from engagement.conversations.errors import UnknownMap
from engagement.conversations.models import GroupSeen, MapPlace, OpinionMap, Statement, Vote
from engagement.conversations.queries import votable, with_contribution
from engagement.conversations.rules import MAP_PURPOSE
from engagement.conversations.service import conversation_of
from engagement.database import clock, tenancy
from engagement.database.many import insert_many
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.files.service import keep_file
from engagement.people.models import Consent, ParticipantLink, ProfileAnswer
from engagement.people.questions import BY_KEY, PREFER_NOT_TO_SAY
from engagement.programmes.models import Activity, Programme
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import Visible
from engagement.runs.service import request_run

if TYPE_CHECKING:
    from engagement.methods.opinion.results import Declared, Opinions
    from engagement.methods.opinion.votes import Votes

KIND = "opinions"
KEPT = timedelta(days=6 * 365)
CLOSED_LATELY = timedelta(days=7)
MOST_LISTED = 10
FILE = "opinion.json"


@transactional
def request_map(visible: Visible, programme_public_id: str, public_id: str) -> str:
    """Ask for the map of a conversation as it stands; returns the public id of the run.

    Raises ``UnknownProgramme`` or ``UnknownConversation``.
    """
    conversation_of(visible, programme_public_id, public_id)
    return request_run(KIND, {"programme": programme_public_id, "activity": public_id})


def request_maps_of_closed() -> None:
    """Ask once for the map of each conversation that closed lately and that people voted in."""
    with tenancy.everywhere():
        now = clock.now()
        closed = func.coalesce(Programme.closed_at, Activity.closes_at)
        voted = select(Statement.id).where(
            Statement.activity_id == Activity.id,
            Statement.agree + Statement.disagree + Statement.passed > 0,
        )
        found = db.session.execute(
            select(Activity.partnership_id, Programme.public_id, Activity.public_id, closed)
            .join(Programme, Programme.id == Activity.programme_id)
            .where(
                Activity.kind == ActivityKind.OPEN_CONVERSATION,
                closed <= now,
                closed > now - CLOSED_LATELY,
                voted.exists(),
            )
        ).all()
    for partnership, programme, activity, at in found:
        with tenancy.serving(partnership):
            key = f"{KIND}:{activity}:{at:%Y%m%d%H%M%S}"
            request_run(KIND, {"programme": programme, "activity": activity}, key=key)


@dataclass(frozen=True, eq=False)
class FoundOpinions:
    """What the method found, before it is kept. ``record`` holds no words of anybody."""

    activity_id: int
    fingerprint: str
    opinions: Opinions
    record: dict[str, Any]
    drawing: str
    statement_keys: Mapping[int, int]


def find_opinions_of(activity_public_id: str, checkpoint: Callable[[], None]) -> FoundOpinions:
    """Map the votes on all statements that may be read; reads and reckons, writes nothing.

    Everybody who voted at all is a participant. Raises ``TooFewPeople``.
    """
    # numpy and scipy are heavy to load, and only this needs them.
    from engagement.methods.opinion.find import find_opinions
    from engagement.methods.opinion.page import draw_record
    from engagement.methods.opinion.reading import Statements
    from engagement.methods.opinion.record import make_record
    from engagement.methods.opinion.stability import measure_stability

    activity_id = db.session.scalars(
        select(Activity.id).where(Activity.public_id == activity_public_id)
    ).one()
    rows = db.session.execute(
        with_contribution(select(Statement.number, Statement.id)).where(
            Statement.activity_id == activity_id, votable
        )
    )
    keys: dict[int, int] = dict(rows.all())
    votes = _votes(activity_id, keys)
    found = find_opinions(votes, _declared(activity_id, votes), checkpoint=checkpoint)
    stability = measure_stability(found, checkpoint=checkpoint)
    told = make_record(found, stability, Statements())
    return FoundOpinions(
        activity_id, _fingerprint(votes), found, told, draw_record(found, told), keys
    )


def _votes(activity_id: int, keys: Mapping[int, int]) -> Votes:
    import numpy as np

    from engagement.methods.opinion.votes import gather_votes

    rows = db.session.execute(
        select(Vote.participant_id, Statement.number, Vote.value)
        .join(Statement, Statement.id == Vote.statement_id)
        .where(Statement.activity_id == activity_id, Vote.value.is_not(None))
    )
    flat = np.fromiter((cell for row in rows for cell in row), dtype=np.int64).reshape(-1, 3)
    people, person = np.unique(flat[:, 0], return_inverse=True)
    shown = np.isin(flat[:, 1], np.fromiter(keys, dtype=np.int64))
    numbers, about = np.unique(flat[shown, 1], return_inverse=True)
    return gather_votes(
        [str(one) for one in people.tolist()],
        [str(one) for one in numbers.tolist()],
        person[shown],
        about,
        flat[shown, 2],
    )


def _declared(activity_id: int, votes: Votes) -> list[Declared]:
    """What voters said of themselves, where they agreed that it is used for this."""
    from engagement.methods.opinion.results import Declared

    voted = (
        select(Vote.participant_id)
        .join(Statement, Statement.id == Vote.statement_id)
        .where(Statement.activity_id == activity_id)
    )
    agreed = select(Consent.id).where(
        Consent.resident_id == ProfileAnswer.resident_id,
        Consent.purpose == MAP_PURPOSE,
        Consent.withdrawn_at.is_(None),
        Consent.wording.like(ProfileAnswer.question + "/%"),
    )
    rows = db.session.execute(
        select(ParticipantLink.participant_id, ProfileAnswer.question, ProfileAnswer.value)
        .join(ProfileAnswer, ProfileAnswer.resident_id == ParticipantLink.resident_id)
        .where(
            ParticipantLink.participant_id.in_(voted),
            ProfileAnswer.value != PREFER_NOT_TO_SAY,
            agreed.exists(),
        )
    )
    said: dict[str, dict[str, str]] = {}
    for participant, question, value in rows:
        said.setdefault(question, {})[str(participant)] = value
    return [
        Declared(question, [said[question].get(person) for person in votes.participants])
        for question in BY_KEY
        if question in said
    ]


def _fingerprint(votes: Votes) -> str:
    """SHA-256 of the votes, the same for the same votes in whatever order they came."""
    digest = hashlib.sha256(",".join(votes.statements).encode())
    for part, kind in ((votes.starts, "<i8"), (votes.columns, "<i8"), (votes.values, "<i1")):
        digest.update(part.astype(kind).tobytes())
    return digest.hexdigest()


@transactional
def keep_opinions(run_public_id: str, found: FoundOpinions) -> dict[str, Any]:
    """Keep a map, and which group each is in now; returns its figures."""
    earlier = select(OpinionMap.id).where(OpinionMap.activity_id == found.activity_id)
    for table in (MapPlace, GroupSeen):
        db.session.execute(
            delete(table).where(table.opinion_map_id.in_(earlier)),
            execution_options={"synchronize_session": False},
        )
    told = found.record
    row = OpinionMap(
        activity_id=found.activity_id,
        run_public_id=run_public_id,
        method=told["method"]["name"],
        version=told["method"]["version"],
        fingerprint=found.fingerprint,
        people=told["participants"],
        statements=told["statements"],
        votes=told["votes"],
        groups=len(told["groups"]),
        stability=told["stability"],
        shown=what_pages_show(told),
        drawing=found.drawing,
    )
    db.session.add(row)
    db.session.flush()
    insert_many(MapPlace, _places(row.id, found.opinions))
    insert_many(GroupSeen, _seen(row.id, found))
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    keep_file(run_public_id, FILE, "application/json", [content + b"\n"], KEPT)
    facts = {
        "votes": row.fingerprint,
        "people": row.people,
        "statements": row.statements,
        "groups": [group["size"] for group in told["groups"]],
    }
    record("opinions.mapped", "opinion map", row.public_id, facts=facts)
    return {"map": row.public_id, **facts}


def _places(map_id: int, opinions: Opinions) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for person, group in zip(opinions.votes.participants, opinions.labels.tolist(), strict=True):
        if group >= 0:
            yield {
                "opinion_map_id": map_id,
                "participant_id": int(person),
                "opinion_group": group,
                "placed_at": now,
            }


def _seen(map_id: int, found: FoundOpinions) -> Iterator[dict[str, Any]]:
    import numpy as np

    votes = found.opinions.votes
    of_all = np.bincount(votes.columns, minlength=len(votes.statements)).tolist()
    for group, seen in enumerate(found.opinions.by_group.seen.tolist()):
        for number, count, every in zip(votes.statements, seen, of_all, strict=True):
            yield {
                "opinion_map_id": map_id,
                "statement_id": found.statement_keys[int(number)],
                "opinion_group": group,
                "seen": count,
                "seen_by_all": every,
            }


def what_pages_show(told: Mapping[str, Any]) -> dict[str, Any]:
    """Of a record what pages show: groups, the first of each list, and figures of those alone."""
    every = {one["statement_id"]: one for one in told["consensus"]}
    sure = [one for one in told["consensus"] if not one["too_few_votes"]]
    against = sorted(sure, key=lambda one: -one["score_against"])
    counted = any(one["counted"] for one in told["declared"])
    lists = {
        "agree": [one["statement_id"] for one in sure if one["score"] > 0.5],
        "disagree": [one["statement_id"] for one in against if one["score_against"] > 0.5],
        "bridging": [
            one["statement_id"]
            for one in told["bridging"]
            if counted and not every[one["statement_id"]]["too_few_votes"]
        ],
        "divide": [one["statement_id"] for one in told["differences"]],
        "even": [one["statement_id"] for one in told["splits"]],
    }
    first = {name: places[:MOST_LISTED] for name, places in lists.items()}
    wanted = {key for places in first.values() for key in places}
    return {
        **{name: told[name] for name in ("method", "grouped", "explained", "stability")},
        **{name: told[name] for name in ("stability_of_halves", "declared", "notes", "groups")},
        "lists": first,
        "figures": {str(key): every[key] for key in sorted(wanted)},
    }


@transactional
def publish_map(
    visible: Visible, programme_public_id: str, activity_public_id: str, public_id: str
) -> None:
    """Show a map to everyone, in the place of an earlier one.

    Raises ``UnknownProgramme``, ``UnknownConversation`` or ``UnknownMap``.
    """
    activity = conversation_of(visible, programme_public_id, activity_public_id)
    row = db.session.scalars(
        select(OpinionMap).where(
            OpinionMap.activity_id == activity.id, OpinionMap.public_id == public_id
        )
    ).one_or_none()
    if row is None:
        raise UnknownMap(public_id)
    if row.published_at is None:
        row.published_at = clock.now()
        record("opinions.published", "opinion map", public_id, facts={"votes": row.fingerprint})
