"""Reads of members: one's own membership, and the list that staff see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from engagement.database import clock
from engagement.database.clock import utc_now
from engagement.extensions import db
from engagement.membership.models import (
    Member,
    MemberAsk,
    MemberContact,
    MemberInterest,
    MemberRoleHeld,
    Membership,
)
from engagement.membership.rules import (
    LeftBy,
    MemberRole,
    MemberState,
    is_paused,
    term_ends,
)
from engagement.panels.models import Registration, RegistrationAnswer
from engagement.panels.queries import FeatureRow, PanelRow, features_of, find_panel
from engagement.panels.small_numbers import shown
from engagement.people.models import Resident
from engagement.people.rules import ContactBy
from engagement.programmes.rules import ActivityKind, Topic

Visible = frozenset[int] | None


def find_standing_panel(visible: Visible, public_id: str) -> PanelRow | None:
    """The community panel, where the reader may see its programme."""
    panel = find_panel(visible, public_id)
    return panel if panel and panel.kind is ActivityKind.COMMUNITY_PANEL else None


@dataclass(frozen=True)
class OwnMembership:
    """What a resident sees of their membership. ``term_ends_on``: where members have terms."""

    state: MemberState
    most_a_month: int
    paused_until: date | None
    since: datetime | None
    term_ends_on: date | None
    confirmed_at: datetime | None
    left_by: LeftBy | None
    contact_by: ContactBy
    registered: bool
    interests: tuple[Topic, ...]


def own_membership(panel_id: int, resident_id: int) -> OwnMembership | None:
    """A resident's membership of a panel."""
    rows = db.session.execute(
        select(
            Member,
            Membership.term_months,
            Resident.contact_by,
            Registration.withdrawn_at,
            MemberInterest.topic,
            utc_now().label("now"),
        )
        .join(Registration, Registration.id == Member.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .outerjoin(Membership, Membership.panel_id == Member.panel_id)
        .outerjoin(MemberInterest, MemberInterest.member_id == Member.id)
        .where(Member.panel_id == panel_id, Registration.resident_id == resident_id)
        .order_by(MemberInterest.id)
    ).all()
    if not rows:
        return None
    member, months, contact_by, withdrawn_at, _, now = rows[0]
    paused = is_paused(member.paused_until, clock.day_of(now))
    ends = term_ends(member.since, months) if months and member.since else None
    return OwnMembership(
        member.state,
        member.most_a_month,
        member.paused_until if paused else None,
        member.since,
        ends,
        member.confirmed_at,
        member.left_by,
        contact_by,
        withdrawn_at is None,
        tuple(row.topic for row in rows if row.topic is not None),
    )


@dataclass(frozen=True)
class Filters:
    """Which members a list shows; what is ``None`` or empty leaves nobody out.

    ``search``: part of a reference. Nothing that somebody answered or cares about: whoever sees a
    list of references can find out the names, and so would read it off.
    """

    state: MemberState | None = None
    role: MemberRole | None = None
    search: str = ""


@dataclass(frozen=True)
class MemberRow:
    """A member in the list of staff: never a name."""

    public_id: str
    reference: str
    state: MemberState
    paused_until: date | None
    most_a_month: int
    contact_by: ContactBy
    joined_at: datetime
    roles: tuple[MemberRole, ...]


_ROLES = (
    select(func.aggregate_strings(MemberRoleHeld.role, ","))
    .where(MemberRoleHeld.member_id == Member.id)
    .correlate(Member)
    .scalar_subquery()
)


def list_members(
    panel_id: int, filters: Filters, page: int, size: int
) -> tuple[list[MemberRow], int]:
    """One page of members by reference (``page`` counts from 1), and how many match."""
    rows = db.session.execute(
        select(
            Member.public_id,
            Registration.reference,
            Member.state,
            Member.paused_until,
            Member.most_a_month,
            Resident.contact_by,
            Member.joined_at,
            _ROLES.label("roles"),
            func.count().over().label("total"),
            utc_now().label("now"),
        )
        .join(Registration, Registration.id == Member.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .where(*_matching(panel_id, filters))
        .order_by(Registration.reference, Member.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    found = [
        MemberRow(
            row.public_id,
            row.reference,
            row.state,
            row.paused_until if is_paused(row.paused_until, clock.day_of(row.now)) else None,
            row.most_a_month,
            row.contact_by,
            row.joined_at,
            _roles(row.roles),
        )
        for row in rows
    ]
    return found, rows[0].total if rows else 0


def _roles(joined: str | None) -> tuple[MemberRole, ...]:
    held = set((joined or "").split(","))
    return tuple(role for role in MemberRole if role.value in held)


def _matching(panel_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Member.panel_id == panel_id]
    if filters.state is not None:
        found.append(Member.state == filters.state)
    if filters.role is not None:
        held = select(MemberRoleHeld.id).where(
            MemberRoleHeld.member_id == Member.id, MemberRoleHeld.role == filters.role
        )
        found.append(held.exists())
    if filters.search:
        found.append(Registration.reference.icontains(filters.search, autoescape=True))
    return found


@dataclass(frozen=True)
class ContactRow:
    """Something that a member was asked, when, and by which way."""

    title: str
    contacted_at: datetime
    contact_by: ContactBy


@dataclass(frozen=True)
class MemberPage:
    """One member as staff see them: what they chose, and when they were asked."""

    public_id: str
    resident_id: int
    reference: str
    state: MemberState
    paused_until: date | None
    most_a_month: int
    contact_by: ContactBy
    joined_at: datetime
    since: datetime | None
    left_at: datetime | None
    left_by: LeftBy | None
    registered: bool
    roles: tuple[MemberRole, ...]
    contacts: tuple[ContactRow, ...]


def find_member(panel_id: int, public_id: str) -> MemberPage | None:
    """One member of a panel."""
    rows = db.session.execute(
        select(
            Member,
            Registration.reference,
            Registration.resident_id,
            Registration.withdrawn_at,
            Resident.contact_by,
            _ROLES.label("roles"),
            utc_now().label("now"),
            MemberAsk.title,
            MemberContact.contacted_at,
            MemberContact.contact_by.label("asked_by"),
        )
        .join(Registration, Registration.id == Member.registration_id)
        .join(Resident, Resident.id == Registration.resident_id)
        .outerjoin(MemberContact, MemberContact.member_id == Member.id)
        .outerjoin(MemberAsk, MemberAsk.id == MemberContact.ask_id)
        .where(Member.panel_id == panel_id, Member.public_id == public_id)
        .order_by(MemberContact.contacted_at.desc(), MemberContact.id.desc())
    ).all()
    if not rows:
        return None
    first = rows[0]
    member = first.Member
    paused = is_paused(member.paused_until, clock.day_of(first.now))
    return MemberPage(
        member.public_id,
        first.resident_id,
        first.reference,
        member.state,
        member.paused_until if paused else None,
        member.most_a_month,
        first.contact_by,
        member.joined_at,
        member.since,
        member.left_at,
        member.left_by,
        first.withdrawn_at is None,
        _roles(first.roles),
        tuple(
            ContactRow(row.title, row.contacted_at, row.asked_by)
            for row in rows
            if row.title is not None
        ),
    )


@dataclass(frozen=True)
class Tally:
    """How many stand how with a panel; ``size``: its places."""

    members: int
    waiting: int
    left: int
    size: int

    @property
    def free(self) -> int:
        """How many places are free."""
        return max(0, self.size - self.members)


def tally_of(panel: PanelRow) -> Tally:
    """How many members a panel has, and how many wait."""
    rows = db.session.execute(
        select(Member.state, func.count()).where(Member.panel_id == panel.id).group_by(Member.state)
    )
    counts: dict[Any, int] = {row.state: row[1] for row in rows}
    return Tally(
        counts.get(MemberState.MEMBER, 0),
        counts.get(MemberState.WAITING, 0),
        counts.get(MemberState.LEFT, 0),
        panel.size,
    )


@dataclass(frozen=True)
class ProfileLine:
    """One answer: how many members gave it, as may be shown, and how many of the area have it."""

    text: Any
    members: int | None
    share: float | None
    population: int | None
    population_share: float | None


@dataclass(frozen=True)
class ProfilePart:
    """The members by one feature, against the figures of the area, whose source it names.

    ``total``: how many members there are, rounded; ``None`` where that may not be told.
    """

    row: FeatureRow
    lines: tuple[ProfileLine, ...]
    unstated: int | None
    total: int | None


def profile_of(panel_id: int) -> list[ProfilePart]:
    """The members of a panel by each of its features, small counts hidden and the others rounded.

    Everything is reckoned from what may be shown.
    """
    counts: dict[str, dict[str, int]] = {}
    for feature, value, count in db.session.execute(
        select(RegistrationAnswer.feature, RegistrationAnswer.value, func.count())
        .join(Member, Member.registration_id == RegistrationAnswer.registration_id)
        .where(Member.panel_id == panel_id, Member.state == MemberState.MEMBER)
        .group_by(RegistrationAnswer.feature, RegistrationAnswer.value)
    ):
        counts.setdefault(feature, {})[value] = count
    return [_part(row, counts.get(row.feature.key, {})) for row in features_of(panel_id)]


def _part(row: FeatureRow, given: dict[str, int]) -> ProfilePart:
    values = {target.value: target for target in row.targets}
    names = values or row.feature.targets()
    by_value = dict.fromkeys(names, 0)
    unstated = 0
    for answer, count in given.items():
        value = row.feature.target_of(answer)
        if value in by_value:
            by_value[value] += count
        else:
            unstated += count
    told = shown([*by_value.values(), unstated])
    whole = sum(target.population or 0 for target in row.targets)
    lines = []
    for place, value in enumerate(by_value):
        population = values[value].population if value in values else None
        share = population / whole if population is not None and whole else None
        text = row.feature.text_of(value)
        lines.append(ProfileLine(text, told.cells[place], told.share(place), population, share))
    return ProfilePart(row, tuple(lines), told.cells[-1], told.total)
