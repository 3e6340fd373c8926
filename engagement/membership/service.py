"""Use cases of members: joining with a registration, what each chooses, pausing, leaving, roles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select

from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.membership.errors import (
    DayHasCome,
    NotAMember,
    NotAStandingPanel,
    UnknownMember,
)
from engagement.membership.models import Member, MemberInterest, MemberRoleHeld, Membership
from engagement.membership.rules import (
    INTEREST_PURPOSE,
    OFTEN,
    LeftBy,
    MemberRole,
    MemberState,
)
from engagement.panels.errors import UnknownPanel
from engagement.panels.followers import follow_registrations
from engagement.panels.models import Panel, Registration
from engagement.panels.rules import Recruitment
from engagement.panels.service import Visible, panel_to_change
from engagement.people.consents import give_consent, withdraw_consents
from engagement.people.rules import GivenHow
from engagement.programmes.models import Activity
from engagement.programmes.rules import ActivityKind, Topic


def init_membership() -> None:
    """Make a member of everybody whose registration for a standing panel is sent."""
    follow_registrations("membership", follow)


@transactional
def follow(registration_id: int) -> None:
    """Do what a registration that was just sent, or taken back, means for the membership.

    One registration is one member, however often it is sent.
    """
    registration = db.session.scalars(
        select(Registration)
        .join(Panel, Panel.id == Registration.panel_id)
        .join(Activity, Activity.id == Panel.activity_id)
        .where(Registration.id == registration_id, Activity.kind == ActivityKind.COMMUNITY_PANEL)
    ).one_or_none()
    if registration is None:
        return
    member = db.session.scalars(
        select(Member).where(Member.registration_id == registration_id)
    ).one_or_none()
    if registration.withdrawn_at is not None:
        # Without the panel's lock: whoever asks its members holds that, and may wait for this one.
        if member is not None:
            _forget_interests(member)
            _end(member, LeftBy.OWN_WISH)
    elif member is None:
        member = Member(panel_id=registration.panel_id, registration_id=registration_id)
        _seat(member, _locked_panel(registration.panel_id))
        db.session.add(member)
    elif member.state is MemberState.LEFT:
        _seat(member, _locked_panel(registration.panel_id))
    db.session.flush()


def _locked_panel(panel_id: int) -> Panel:
    """The panel. Whoever gives a place in it, or takes one, waits here for the others."""
    return db.session.scalars(select(Panel).where(Panel.id == panel_id).with_for_update()).one()


def members_of(panel_id: int) -> int:
    """How many places of a panel are taken."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Member.panel_id == panel_id, Member.state == MemberState.MEMBER
            )
        )
        or 0
    )


def _seat(member: Member, panel: Panel) -> None:
    """A place where one is free; who comes later, or to a panel that is drawn, waits."""
    drawn = panel.recruitment is Recruitment.RANDOM
    if drawn or members_of(panel.id) >= panel.size:
        member.state, member.since = MemberState.WAITING, None
    else:
        member.state, member.since = MemberState.MEMBER, clock.now()
    member.left_at = member.left_by = None


def _end(member: Member, by: LeftBy) -> None:
    if member.state is not MemberState.LEFT:
        # All in one statement: a row that is written twice makes PostgreSQL look at its panel
        # again, which whoever asks the members has locked.
        now = clock.now()
        member.state, member.since, member.paused_until = MemberState.LEFT, None, None
        member.left_at, member.left_by = now, by


# What members choose


@transactional
def choose_how_often(panel_public_id: str, resident_id: int, most_a_month: int) -> None:
    """Be asked at most so many times in a calendar month. Raises ``UnknownMember``, ``NotAMember``
    or ``ValueError`` for a number that is not on offer."""
    if most_a_month not in OFTEN:
        raise ValueError(f"{most_a_month} times a month is not on offer")
    member = _own(panel_public_id, resident_id)
    member.most_a_month = most_a_month
    record("member.how often chosen", "member", member.public_id)


@transactional
def choose_interests(
    panel_public_id: str,
    resident_id: int,
    topics: Sequence[Topic],
    wording: str,
    how: GivenHow = GivenHow.ONLINE,
) -> None:
    """Keep what a member wants to be asked about, with the consent to exactly these words; what was
    ticked before gives way. Raises ``UnknownMember`` or ``NotAMember``."""
    member = _own(panel_public_id, resident_id)
    _forget_interests(member)
    if topics:
        consent = give_consent(resident_id, INTEREST_PURPOSE, "interests/1", wording, how)
        db.session.add_all(
            MemberInterest(member_id=member.id, consent_id=consent, topic=topic)
            for topic in dict.fromkeys(topics)
        )
    record("member.interests chosen", "member", member.public_id)


def _forget_interests(member: Member) -> None:
    consents = db.session.scalars(
        delete(MemberInterest)
        .where(MemberInterest.member_id == member.id)
        .returning(MemberInterest.consent_id)
    ).all()
    withdraw_consents(sorted(set(consents)))


@transactional
def pause(panel_public_id: str, resident_id: int, until: date) -> None:
    """Not be asked before a day. Raises ``UnknownMember``, ``NotAMember`` or ``DayHasCome``."""
    member = _own(panel_public_id, resident_id)
    now = clock.now()
    if until <= clock.day_of(now):
        raise DayHasCome
    member.paused_until, member.paused_at = until, now
    record("member.paused", "member", member.public_id)


@transactional
def leave(panel_public_id: str, resident_id: int) -> None:
    """Leave the panel; once left, again changes nothing. Raises ``UnknownMember``."""
    member = _found(panel_public_id, resident_id)
    if member.state is not MemberState.LEFT:
        _end(member, LeftBy.OWN_WISH)
        record("member.left", "member", member.public_id)


@transactional
def come_back(panel_public_id: str, resident_id: int) -> MemberState:
    """End a pause, or come back after leaving: to a free place, or to those who wait.

    Returns where they stand now. Raises ``UnknownMember``, or ``NotAMember`` where their name was
    taken back: then they register anew.
    """
    panel_id = db.session.scalar(select(Panel.id).where(Panel.public_id == panel_public_id))
    panel = _locked_panel(panel_id) if panel_id is not None else None
    member = _found(panel_public_id, resident_id)
    assert panel is not None
    if member.state is MemberState.LEFT:
        stands = db.session.scalar(
            select(Registration.id).where(
                Registration.id == member.registration_id, Registration.withdrawn_at.is_(None)
            )
        )
        if stands is None:
            raise NotAMember
        _seat(member, panel)
        record("member.came back", "member", member.public_id, facts={"to": member.state})
    elif member.paused_until is not None:
        member.paused_until = None
        record("member.came back", "member", member.public_id, facts={"to": member.state})
    return member.state


@transactional
def confirm_profile(panel_public_id: str, resident_id: int) -> None:
    """Note that somebody looked at their answers and finds them right. Raises ``UnknownMember`` or
    ``NotAMember``."""
    member = _own(panel_public_id, resident_id)
    member.confirmed_at = clock.now()
    record("member.profile confirmed", "member", member.public_id)


def _found(panel_public_id: str, resident_id: int) -> Member:
    member: Member | None = db.session.scalars(
        select(Member)
        .join(Registration, Registration.id == Member.registration_id)
        .join(Panel, Panel.id == Member.panel_id)
        .where(Panel.public_id == panel_public_id, Registration.resident_id == resident_id)
        .with_for_update(of=Member)
    ).one_or_none()
    if member is None:
        raise UnknownMember(panel_public_id)
    return member


def _own(panel_public_id: str, resident_id: int) -> Member:
    member = _found(panel_public_id, resident_id)
    if member.state is MemberState.LEFT:
        raise NotAMember
    return member


# What staff do


def standing_panel(visible: Visible, public_id: str) -> Panel:
    """The community panel, to change it or what its members get; others who do so wait.

    Raises ``NotAStandingPanel``.
    """
    try:
        panel = panel_to_change(visible, public_id)
    except UnknownPanel as error:
        raise NotAStandingPanel(public_id) from error
    kind = db.session.scalar(select(Activity.kind).where(Activity.id == panel.activity_id))
    if kind is not ActivityKind.COMMUNITY_PANEL:
        raise NotAStandingPanel(public_id)
    return panel


@transactional
def set_term(visible: Visible, panel_public_id: str, months: int | None) -> None:
    """How long a membership lasts; ``None``: as long as the member wants.

    Raises ``NotAStandingPanel``.
    """
    panel = standing_panel(visible, panel_public_id)
    row = db.session.scalars(
        select(Membership).where(Membership.panel_id == panel.id)
    ).one_or_none()
    if row is None:
        row = Membership(panel_id=panel.id)
        db.session.add(row)
    row.term_months = months
    record("membership.term set", "panel", panel_public_id, facts={"months": months})


@transactional
def give_role(visible: Visible, panel_public_id: str, member: str, role: MemberRole) -> None:
    """Give a member a role; twice changes nothing. Raises ``NotAStandingPanel``, ``UnknownMember``
    or ``NotAMember``."""
    row = _member(visible, panel_public_id, member)
    if row.state is not MemberState.MEMBER:
        raise NotAMember
    held = select(MemberRoleHeld.id).where(
        MemberRoleHeld.member_id == row.id, MemberRoleHeld.role == role
    )
    if db.session.scalar(held) is None:
        db.session.add(MemberRoleHeld(member_id=row.id, role=role))
        record("member.role given", "member", member, facts={"role": role})


@transactional
def take_role(visible: Visible, panel_public_id: str, member: str, role: MemberRole) -> None:
    """Take a role from a member; twice changes nothing. Raises ``NotAStandingPanel`` or
    ``UnknownMember``."""
    row = _member(visible, panel_public_id, member)
    taken = db.session.scalars(
        delete(MemberRoleHeld)
        .where(MemberRoleHeld.member_id == row.id, MemberRoleHeld.role == role)
        .returning(MemberRoleHeld.id)
    ).all()
    if taken:
        record("member.role taken", "member", member, facts={"role": role})


def _member(visible: Visible, panel_public_id: str, public_id: str) -> Member:
    panel = standing_panel(visible, panel_public_id)
    member: Member | None = db.session.scalars(
        select(Member).where(Member.panel_id == panel.id, Member.public_id == public_id)
    ).one_or_none()
    if member is None:
        raise UnknownMember(public_id)
    return member
