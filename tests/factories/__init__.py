"""What tests fill the database with; every row comes from the use case that makes it for real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import pyotp
from flask import Flask

from engagement.accounts import service as accounts
from engagement.accounts.queries import find_staff
from engagement.accounts.rules import RESIDENT_LIMIT, PrincipalKind, Role, session_limit
from engagement.accounts.sessions import Holder, start_session
from engagement.audit.service import SYSTEM, acting_as
from engagement.database import clock, tenancy
from engagement.partnerships.service import create_partnership
from engagement.people import service as people
from engagement.people.rules import ContactBy
from engagement.programmes.queries import find_programme
from engagement.programmes.service import create_programme

PASSWORD = "seven wet herons"


@dataclass(frozen=True)
class Staff:
    """A member of staff whose account is open."""

    id: int
    public_id: str
    email: str
    app: pyotp.TOTP
    roles: frozenset[Role]
    password: str = PASSWORD


@dataclass(frozen=True)
class Resident:
    """A resident."""

    id: int
    public_id: str


@dataclass(frozen=True)
class Programme:
    """A programme."""

    id: int
    public_id: str


class Partnership:
    """One partnership and what is in it."""

    def __init__(self, app: Flask, slug: str, name: str) -> None:
        self._app = app
        self._numbers = count(1)
        self.slug, self.name = slug, name
        with app.app_context(), acting_as(SYSTEM):
            self.id = create_partnership(slug, name, phone="01632 960 001")

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Inside the application, serving this partnership, acting as the system."""
        with self._app.app_context(), tenancy.serving(self.id), acting_as(SYSTEM):
            yield

    def staff(self, *roles: Role, programme: Programme | None = None) -> Staff:
        """Somebody with these roles, in the partnership or in one programme."""
        email = f"staff{next(self._numbers)}@{self.slug}.example"
        tokens: list[str] = []
        where = programme.id if programme else None
        with self.inside():
            invitation = accounts.invite_staff(
                email, f"Sam {email}", [(role, where) for role in roles], _collect(tokens)
            )
            step = accounts.accept_invitation(tokens[0], PASSWORD)
            enrolment = accounts.begin_enrolment(step)
            assert enrolment is not None
            app = pyotp.TOTP(enrolment.secret)
            accounts.confirm_enrolment(step, app.at(int(clock.now().timestamp())))
            found = find_staff(invitation.staff_public_id)
            assert found is not None
            return Staff(found.id, found.public_id, email, app, frozenset(roles))

    def resident(self, name: str = "Ada Brown", email: str = "") -> Resident:
        """Somebody who takes part."""
        with self.inside():
            public_id = people.add_resident(
                name, email=email, phone="01632 960 777", contact_by=ContactBy.PHONE
            )
            return Resident(people.resident_key(public_id), public_id)

    def programme(self, name: str = "Waiting well") -> Programme:
        """A programme."""
        with self.inside():
            public_id = create_programme(name, "What would help while you wait?")
            found = find_programme(None, public_id)
            assert found is not None
            return Programme(found.id, public_id)

    def session(self, who: Staff | Resident) -> str:
        """The token of a fresh session of somebody: give it to a client's ``be``."""
        with self.inside():
            if isinstance(who, Staff):
                holder = Holder(PrincipalKind.STAFF, who.id)
                return start_session(holder, who.public_id, session_limit(who.roles))
            holder = Holder(PrincipalKind.RESIDENT, who.id)
            return start_session(holder, who.public_id, RESIDENT_LIMIT)


def _collect(tokens: list[str]) -> Callable[[str], str]:
    def link_to(token: str) -> str:
        tokens.append(token)
        return f"https://engagement.test/invitation/{token}"

    return link_to


class World:
    """Two partnerships that must never see each other."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.north = Partnership(app, "north", "North Partnership")
        self.south = Partnership(app, "south", "South Partnership")
