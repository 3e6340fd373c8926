"""Who is let in where. A route without a declared rule lets nobody in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import structlog
from flask import Flask, abort, current_app, g, request
from werkzeug.wrappers import Response

from engagement.accounts.rules import Principal, PrincipalKind, Role
from engagement.web.visits import ask_to_sign_in, current_principal

View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger(__name__)


class Who(StrEnum):
    """Whom a rule is about."""

    ANYONE = "anyone"
    SIGNED_IN = "anyone who is signed in"
    RESIDENT = "resident"
    STAFF = "staff"


@dataclass(frozen=True)
class Rule:
    """Who may use a route. Staff need one of ``roles`` (none named: any staff).

    With ``everywhere`` the role must hold in the whole partnership, not in one programme only.
    With ``guests`` those who work for another organisation need no role.
    """

    who: Who
    roles: frozenset[Role] = frozenset()
    everywhere: bool = False
    guests: bool = False

    def lets_in(self, principal: Principal | None) -> bool:
        """Whether this person may use the route."""
        if self.who is Who.ANYONE:
            return True
        if principal is None:
            return False
        if self.who is Who.SIGNED_IN:
            return True
        if self.who is Who.RESIDENT:
            return principal.kind is PrincipalKind.RESIDENT
        if principal.kind is not PrincipalKind.STAFF:
            return False
        if self.guests and principal.organisation_id is not None:
            return True
        held = principal.roles if self.everywhere else principal.all_roles
        return not self.roles or bool(held & self.roles)


def _declare(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


anyone = _declare(Rule(Who.ANYONE))
signed_in = _declare(Rule(Who.SIGNED_IN))
residents_only = _declare(Rule(Who.RESIDENT))


def staff_only(
    *roles: Role, everywhere: bool = False, guests: bool = False
) -> Callable[[View], View]:
    """Let staff in who hold one of the roles; without roles, any staff."""
    return _declare(Rule(Who.STAFF, frozenset(roles), everywhere, guests))


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The declared rule of a route."""
    return getattr(app.view_functions[endpoint], "access_rule", None)


def init_access(app: Flask) -> None:
    """Enforce the rules before every view."""

    @app.before_request
    def enforce() -> Response | None:
        if request.endpoint is None:
            return None  # no such address: the router answers 404
        rule = rule_of(current_app, request.endpoint)
        if rule is None:
            log.error("route without a rule", endpoint=request.endpoint)
            abort(404)
        principal = current_principal()
        if rule.lets_in(principal):
            return None
        if principal is not None or g.get("partnership") is None:
            abort(404)  # what is not yours is not there
        resident = rule.who in (Who.RESIDENT, Who.SIGNED_IN)
        return ask_to_sign_in(PrincipalKind.RESIDENT if resident else PrincipalKind.STAFF)
