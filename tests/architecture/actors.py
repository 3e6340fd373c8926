"""Everybody who may knock at a door, and what the declared rules promise to each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engagement.accounts.rules import Role
from engagement.people.queries import find_resident
from engagement.web.access import Rule, Who
from tests.factories import Partnership, Programme, Resident, Staff, World


class Answer(StrEnum):
    """How a door answers."""

    LET_IN = "let in"
    STAFF_SIGN_IN = "/p/{}/staff/sign-in"
    RESIDENT_SIGN_IN = "/p/{}/me/enter"
    NOT_THERE = "404"


@dataclass(frozen=True)
class Actor:
    """Somebody, with the roles that hold in a whole partnership or in one programme of it."""

    home: Partnership | None = None
    who: Staff | Resident | None = None
    everywhere: frozenset[Role] = frozenset()
    in_programme: frozenset[Role] = frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether this is a member of staff, of whichever partnership."""
        return isinstance(self.who, Staff)

    def session(self) -> str | None:
        """The token of a new session; ``None`` for nobody."""
        return self.home.session(self.who) if self.home and self.who else None

    def expects(self, rule: Rule | None, at: Partnership) -> Answer:
        """What the rule of a route in the partnership ``at`` promises; without a rule, nothing."""
        if rule is None:
            return Answer.NOT_THERE
        if rule.who is Who.ANYONE:
            return Answer.LET_IN
        if self.home is not at or self.who is None:
            staff = rule.who is Who.STAFF
            return Answer.STAFF_SIGN_IN if staff else Answer.RESIDENT_SIGN_IN
        if rule.who is Who.SIGNED_IN:
            return Answer.LET_IN
        if isinstance(self.who, Resident):
            return Answer.LET_IN if rule.who is Who.RESIDENT else Answer.NOT_THERE
        if rule.who is Who.RESIDENT:
            return Answer.NOT_THERE
        held = self.everywhere if rule.everywhere else self.everywhere | self.in_programme
        return Answer.LET_IN if not rule.roles or held & rule.roles else Answer.NOT_THERE


def _with_role(role: Role, world: World, programme: Programme) -> Actor:
    return Actor(world.north, world.north.staff(role), everywhere=frozenset({role}))


def _in_programme(role: Role, world: World, programme: Programme) -> Actor:
    who = world.north.staff(role, programme=programme)
    return Actor(world.north, who, in_programme=frozenset({role}))


# The programme is the one that north's sample addresses name.
ACTORS = {
    "nobody": lambda world, programme: Actor(),
    "a resident": lambda world, programme: Actor(world.north, world.north.resident("Ned")),
    "a resident of south": lambda world, programme: Actor(world.south, world.south.resident("Sol")),
    "staff without a role": lambda world, programme: Actor(world.north, world.north.staff()),
    "south's staff with every role": lambda world, programme: Actor(
        world.south, world.south.staff(*Role), everywhere=frozenset(Role)
    ),
    **{
        f"{role.value}": lambda world, programme, role=role: _with_role(role, world, programme)
        for role in Role
    },
    **{
        f"{role.value} in one programme": lambda world, programme, role=role: _in_programme(
            role, world, programme
        )
        for role in sorted(set(Role) - {Role.ADMINISTRATOR})
    },
}


class Cast:
    """For every rule somebody whom it lets in, at one partnership; each is made once."""

    def __init__(self, at: Partnership) -> None:
        self._at = at
        self._made: dict[Rule, Actor] = {}

    def one_for(self, rule: Rule | None) -> Actor:
        """Whom a rule is for; nobody where anyone may come, or where there is no rule."""
        if rule is None or rule.who is Who.ANYONE:
            return Actor()
        if rule not in self._made or self._is_erased(self._made[rule]):
            self._made[rule] = self._make(rule)
        return self._made[rule]

    def _is_erased(self, actor: Actor) -> bool:
        """Whether somebody has had themselves deleted, as one of the pages lets them."""
        with self._at.inside():
            who = actor.who
            return isinstance(who, Resident) and find_resident(who.public_id) is None

    def _make(self, rule: Rule) -> Actor:
        if rule.who is Who.STAFF:
            roles = rule.roles or frozenset({Role.OFFICER})
            return Actor(self._at, self._at.staff(*roles), everywhere=roles)
        return Actor(self._at, self._at.resident("Ned"))
