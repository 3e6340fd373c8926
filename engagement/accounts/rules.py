"""Who may do what, and for how long one stays signed in: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is, in a partnership or in one programme."""

    FACILITATOR = "facilitator"
    OFFICER = "officer"
    BOARD_MEMBER = "board member"
    PHONE_OPERATOR = "phone operator"
    SAFEGUARDING_LEAD = "safeguarding lead"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


PROGRAMME_ROLES = frozenset(Role) - {Role.ADMINISTRATOR}


class StaffState(StrEnum):
    """Where a staff account stands."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class TokenPurpose(StrEnum):
    """What a single-use token is for; every other use refuses it."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password reset"  # noqa: S105 - the name of a purpose
    SECOND_FACTOR = "second factor"
    RESIDENT_LINK = "resident link"


TOKEN_LIFE: Mapping[TokenPurpose, timedelta] = {
    TokenPurpose.INVITATION: timedelta(days=7),
    TokenPurpose.PASSWORD_RESET: timedelta(hours=1),
    TokenPurpose.SECOND_FACTOR: timedelta(minutes=10),
    TokenPurpose.RESIDENT_LINK: timedelta(hours=24),
}


@dataclass(frozen=True)
class SessionLimit:
    """How long a session lasts without use, and at most."""

    idle: timedelta
    absolute: timedelta


RESIDENT_LIMIT = SessionLimit(idle=timedelta(minutes=60), absolute=timedelta(hours=12))
ROLE_LIMITS: Mapping[Role, SessionLimit] = {
    # A facilitator works through an evening in a hall, often away from the keyboard.
    Role.FACILITATOR: SessionLimit(timedelta(minutes=60), timedelta(hours=12)),
    Role.OFFICER: SessionLimit(timedelta(minutes=30), timedelta(hours=12)),
    Role.BOARD_MEMBER: SessionLimit(timedelta(minutes=30), timedelta(hours=12)),
    Role.PHONE_OPERATOR: SessionLimit(timedelta(minutes=30), timedelta(hours=10)),
    Role.SAFEGUARDING_LEAD: SessionLimit(timedelta(minutes=20), timedelta(hours=8)),
    Role.AUDITOR: SessionLimit(timedelta(minutes=30), timedelta(hours=8)),
    Role.ADMINISTRATOR: SessionLimit(timedelta(minutes=15), timedelta(hours=8)),
}
# For an account that holds no role: it can do nothing but sign out.
NO_ROLE_LIMIT = SessionLimit(timedelta(minutes=15), timedelta(hours=1))


def session_limit(roles: frozenset[Role]) -> SessionLimit:
    """The strictest limit of all roles that somebody holds."""
    if not roles:
        return NO_ROLE_LIMIT
    limits = [ROLE_LIMITS[role] for role in roles]
    return SessionLimit(
        min(limit.idle for limit in limits), min(limit.absolute for limit in limits)
    )


class PrincipalKind(StrEnum):
    """The two kinds of people who sign in."""

    STAFF = "staff"
    RESIDENT = "resident"


@dataclass(frozen=True)
class Principal:
    """Who is signed in, as one request sees them.

    ``roles`` hold in the whole partnership, ``programme_roles`` in the programme with that key;
    ``organisation_id`` is the key of the organisation that somebody works for, ``None`` for the
    partnership's own staff.
    """

    kind: PrincipalKind
    id: int
    public_id: str
    name: str
    session_id: int
    idle_ends_at: datetime
    ends_at: datetime
    roles: frozenset[Role] = frozenset()
    programme_roles: Mapping[int, frozenset[Role]] = field(default_factory=dict)
    organisation_id: int | None = None

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Not used: the cookie holds the session's token, never an account's key."""
        raise NotImplementedError

    @property
    def all_roles(self) -> frozenset[Role]:
        """Every role that this person holds anywhere in the partnership."""
        return self.roles.union(*self.programme_roles.values())

    def has_role(self, *roles: Role) -> bool:
        """Whether this person holds one of the roles, in the partnership or in a programme."""
        return bool(self.all_roles.intersection(roles))

    def programmes_with(self, *roles: Role) -> frozenset[int] | None:
        """The keys of the programmes in which one of the roles holds; ``None`` for all."""
        if self.roles.intersection(roles):
            return None
        return frozenset(
            programme for programme, held in self.programme_roles.items() if held & set(roles)
        )
