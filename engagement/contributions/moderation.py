"""Use cases of moderation: publishing, holding, taking out, withdrawing, and telling the author."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import delete, select, update

from engagement.audit.service import current_actor, record
from engagement.contributions.errors import (
    ChangedMeanwhile,
    NothingChosen,
    PassageNotThere,
    ReasonNeeded,
    UnknownContribution,
)
from engagement.contributions.followers import tell_followers
from engagement.contributions.models import (
    Appeal,
    Contribution,
    ModerationDecision,
    SavedReason,
)
from engagement.contributions.queries import at_risk
from engagement.contributions.rules import TO_BE_READ, Channel, Decided, State, Telling
from engagement.database import clock
from engagement.database.tenancy import current_partnership_id
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.files.service import expire_files
from engagement.messages.bulk import Addressee, queue_many
from engagement.messages.service import absolute_link
from engagement.methods.disclosure.identifiers import Kind, find_identifiers
from engagement.methods.disclosure.redaction import Cut, find_passages, take_out
from engagement.partnerships.queries import partnership_by_key
from engagement.people.models import ParticipantLink, Resident
from engagement.people.rules import ContactBy
from engagement.programmes.models import Participant, Programme
from engagement.programmes.rules import ParticipantKind
from engagement.programmes.service import Visible, programme_of

N_ = str  # marks a sentence for the catalogue of translations

# What stands in the place of a passage; it becomes a part of the words that are kept.
MARKS = {
    Kind.NAME: "[name taken out]",
    Kind.PHONE: "[telephone number taken out]",
    Kind.EMAIL: "[e-mail address taken out]",
    Kind.POSTCODE: "[postcode taken out]",
    Kind.NHS_NUMBER: "[NHS number taken out]",
    Kind.ADDRESS: "[address taken out]",
}
MARK = "[passage taken out]"
# What an author is told of each decision; of being published they are told by being read.
TOLD = {
    Decided.HOLD: N_("We do not show it to others."),
    Decided.REDACT: N_("We took passages out of it, and show others the rest."),
    Decided.WITHDRAW: N_("We took it out: it is not counted, and nobody is shown it."),
}
_AFTER = {Decided.HOLD: State.HELD, Decided.WITHDRAW: State.WITHDRAWN}
# Of whom nobody knows who they are.
_UNKNOWN = (ParticipantKind.IMPORTED, ParticipantKind.TABLE)
_BY_STAFF = (ParticipantKind.BY_STAFF, ParticipantKind.PAPER)
_SPOKEN = (Channel.PHONE, Channel.PAPER, Channel.FACE_TO_FACE)


@transactional
def set_moderation(visible: Visible, programme_public_id: str, *, first: bool) -> None:
    """Say whether somebody reads every answer before others do. Raises ``UnknownProgramme``.

    What waits already goes on waiting, and what is published stays so.
    """
    programme = programme_of(visible, programme_public_id)
    if programme.moderate_first == first:
        return
    programme.moderate_first = first
    record("programme.moderation set", "programme", programme_public_id, facts={"first": first})


@transactional
def set_saved_reasons(texts: Sequence[str]) -> None:
    """Set the reasons that moderators of this partnership choose from."""
    db.session.execute(delete(SavedReason))
    db.session.add_all([SavedReason(place=n, text=text) for n, text in enumerate(texts)])
    db.session.flush()
    record(
        "saved reasons.set", "partnership", str(current_partnership_id()), facts={"of": len(texts)}
    )


@transactional
def decide(
    visible: Visible,
    programme_public_id: str,
    contributions: Sequence[str],
    decision: Decided,
    reason: str = "",
) -> int:
    """Publish, hold or withdraw contributions by public id; returns how many that changed.

    One that may tell of harm, that somebody appealed about, that was taken back, or that stands so
    already is left alone. Raises ``UnknownProgramme``, or ``ReasonNeeded``.
    """
    programme = programme_of(visible, programme_public_id)
    reason = " ".join(reason.split())
    if decision is not Decided.PUBLISH and not reason:
        raise ReasonNeeded
    redacted = _redacted(programme.id)
    found, were_read = [], False
    for row in _open(programme.id, contributions):
        published = State.REDACTED if row.id in redacted else State.PUBLISHED
        after = _AFTER.get(decision, published)
        if row.state is after and (row.state_at is not None or after is not State.HELD):
            continue
        were_read = were_read or row.state in TO_BE_READ
        _let(row, after, reason if decision is not Decided.PUBLISH else "")
        found.append(row)
    note_decisions(programme, found, decision, reason, were_read=were_read)
    return len(found)


def _let(row: Contribution, state: State, reason: str) -> None:
    row.state, row.state_reason, row.state_at = state, reason, clock.now()


def _open(programme_id: int, public_ids: Sequence[str]) -> list[Contribution]:
    """Those that moderators may decide about, held to until the decision stands."""
    waits = select(Appeal.id).where(
        Appeal.contribution_id == Contribution.id, Appeal.answered_at.is_(None)
    )
    statement = (
        select(Contribution)
        .where(
            Contribution.programme_id == programme_id,
            Contribution.public_id.in_(public_ids),
            Contribution.state != State.WITHDRAWN,
            Contribution.text.is_not(None),
            ~at_risk,
            ~waits.exists(),
        )
        .order_by(Contribution.id)
        .with_for_update()
    )
    return [*db.session.scalars(statement)]


def _redacted(programme_id: int) -> set[int]:
    """The keys of contributions out of which something was taken."""
    rows = select(ModerationDecision.contribution_id).join(
        Contribution, Contribution.id == ModerationDecision.contribution_id
    )
    return {
        *db.session.scalars(
            rows.where(
                Contribution.programme_id == programme_id,
                ModerationDecision.kind == Decided.REDACT,
            )
        )
    }


def published_state(contribution: Contribution) -> State:
    """The state in which others may read a contribution."""
    redacted = contribution.id in _redacted(contribution.programme_id)
    return State.REDACTED if redacted else State.PUBLISHED


@dataclass(frozen=True)
class Proposal:
    """A passage that may identify somebody: ``key`` names it, ``words`` are what stands there."""

    key: str
    kind: Kind
    words: str
    start: int
    end: int
    why: str
    translated: bool


def proposals(text: str, translation: str | None) -> list[Proposal]:
    """What is proposed to be taken out of a contribution and out of its translation."""
    return [
        Proposal(
            f"{field}{one.start}-{one.end}",
            one.kind,
            words[one.start : one.end],
            one.start,
            one.end,
            one.why,
            field == "t",
        )
        for field, words in (("w", text), ("t", translation or ""))
        for one in find_identifiers(words)
    ]


def version_of(text: str, translation: str | None) -> str:
    """A short text that is another one as soon as the words are others."""
    both = f"{text}\0{translation or ''}".encode(errors="surrogatepass")
    return hashlib.sha256(both).hexdigest()[:16]


@transactional
def redact(
    visible: Visible,
    programme_public_id: str,
    public_id: str,
    version: str,
    chosen: Sequence[str],
    passages: Sequence[str],
    reason: str,
) -> None:
    """Take passages out of a contribution for good, and publish the rest.

    ``chosen`` are keys of proposals, ``passages`` further words that stand there. The words are
    overwritten; nothing keeps what was taken out, and the record says only that something was.
    Raises ``UnknownProgramme``, ``UnknownContribution``, ``ChangedMeanwhile``, ``ReasonNeeded``,
    ``NothingChosen`` or ``PassageNotThere``.
    """
    programme = programme_of(visible, programme_public_id)
    found = _open(programme.id, [public_id])
    if not found:
        raise UnknownContribution(public_id)
    row = found[0]
    text = row.text or ""
    reason = " ".join(reason.split())
    if version != version_of(text, row.translation):
        raise ChangedMeanwhile
    if not reason:
        raise ReasonNeeded
    cuts = {False: _chosen(row, chosen, False), True: _chosen(row, chosen, True)}
    for words in passages:
        here = find_passages(text, words, MARK)
        there = find_passages(row.translation or "", words, MARK)
        if not here and not there:
            raise PassageNotThere(words)
        cuts[False] += here
        cuts[True] += there
    if not any(cuts.values()):
        raise NothingChosen
    were_read = row.state in TO_BE_READ
    row.text, made = take_out(text, cuts[False])
    if row.translation:
        row.translation, _ = take_out(row.translation, cuts[True])
    _let(row, State.REDACTED, reason)
    db.session.flush()
    tell_followers(row.id, made)
    note_decisions(programme, [row], Decided.REDACT, reason, were_read=were_read)


def _chosen(row: Contribution, keys: Sequence[str], translated: bool) -> list[Cut]:
    return [
        Cut(one.start, one.end, MARKS[one.kind])
        for one in proposals(row.text or "", row.translation)
        if one.key in keys and one.translated is translated
    ]


def note_decisions(
    programme: Programme,
    rows: Sequence[Contribution],
    decision: Decided,
    reason: str,
    *,
    were_read: bool = False,
) -> None:
    """Write down a decision about each of these, and tell their authors by the way they came.

    ``were_read``: others may have read them until now, so that files made meanwhile must go.
    """
    if not rows:
        return
    now, by = clock.now(), current_actor().id
    authors = _authors([row.participant_id for row in rows])
    addressees = {}
    for row in rows:
        author = authors[row.participant_id]
        telling = _telling(decision, row, author)
        if telling is Telling.MESSAGE:
            addressees[author.email] = Addressee(author.email, author.name, author.resident_id)
        db.session.add(
            ModerationDecision(
                contribution_id=row.id,
                kind=decision,
                reason=reason,
                decided_by=by,
                decided_at=now,
                telling=telling,
                told_at=None if telling is Telling.BY_PERSON else now,
            )
        )
        record("contribution.moderated", "contribution", row.public_id, facts={"as": decision})
    if were_read:
        expire_files(programme.public_id)  # they may quote it
    if decision is not Decided.PUBLISH:
        told = [gettext(TOLD[decision]), gettext("Why: %(reason)s", reason=reason)]
        tell_authors(programme, [*addressees.values()], told)


def tell_authors(programme: Programme, to: Sequence[Addressee], told: Sequence[str]) -> None:
    """Send these sentences about something that they said to its authors, with no word of it."""
    partnership = partnership_by_key(current_partnership_id())
    queue_many(
        "moderated",
        to,
        subject=gettext("About something that you told us"),
        programme=programme.name,
        told=told,
        link=absolute_link("residents.said", slug=partnership.slug),
    )


@dataclass(frozen=True)
class Reach:
    """By which way the author of a contribution can be told something.

    ``resident_id``, ``name`` and ``email`` are of one who wants e-mail from us; else empty.
    """

    kind: ParticipantKind
    resident_id: int | None
    name: str
    email: str


def _authors(participants: Sequence[int]) -> dict[int, Reach]:
    rows = db.session.execute(
        select(Participant.id, Participant.kind, Resident.id, Resident.name, Resident.email)
        .outerjoin(ParticipantLink, ParticipantLink.participant_id == Participant.id)
        .outerjoin(
            Resident,
            (Resident.id == ParticipantLink.resident_id)
            & (Resident.contact_by == ContactBy.EMAIL)
            & (Resident.email != ""),
        )
        .where(Participant.id.in_(participants))
    )
    return {
        key: Reach(kind, resident, name or "", email or "")
        for key, kind, resident, name, email in rows
    }


def reach_author(contribution: Contribution) -> Reach:
    """By which way one author can be told something."""
    return _authors([contribution.participant_id])[contribution.participant_id]


def _telling(decision: Decided, row: Contribution, author: Reach) -> Telling:
    if decision is Decided.PUBLISH:
        return Telling.NOBODY
    if author.email:
        return Telling.MESSAGE
    if author.kind in _BY_STAFF or row.channel in _SPOKEN:
        return Telling.BY_PERSON
    return Telling.NOBODY if author.kind in _UNKNOWN else Telling.OWN_PAGE


@transactional
def mark_told(visible: Visible, programme_public_id: str, decisions: Sequence[str]) -> int:
    """Note that a person told the authors of these decisions, by public id; returns how many.

    Raises ``UnknownProgramme``.
    """
    programme = programme_of(visible, programme_public_id)
    own = select(Contribution.id).where(Contribution.programme_id == programme.id)
    told = db.session.scalars(
        update(ModerationDecision)
        .where(
            ModerationDecision.public_id.in_(decisions),
            ModerationDecision.contribution_id.in_(own),
            ModerationDecision.telling == Telling.BY_PERSON,
            ModerationDecision.told_at.is_(None),
        )
        .values(told_at=clock.now())
        .returning(ModerationDecision.id),
        execution_options={"synchronize_session": False},
    ).all()
    if told:
        record("authors.told", "programme", programme_public_id, facts={"of": len(told)})
    return len(told)
