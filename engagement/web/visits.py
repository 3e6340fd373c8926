"""Who visits: which partnership an address belongs to, and who is signed in there."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Request, abort, g, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from engagement.accounts.queries import LiveSession, find_visit, staff_principal
from engagement.accounts.rules import Principal, PrincipalKind
from engagement.accounts.sessions import (
    SEEN_EVERY,
    Holder,
    end_session,
    find_interrupted_form,
    forget_interrupted_form,
    keep_interrupted_form,
    mark_seen,
)
from engagement.audit.rules import ActorKind
from engagement.audit.service import VISITOR, Actor, act_as
from engagement.database import tenancy
from engagement.extensions import login_manager
from engagement.messages.service import absolute_link
from engagement.partnerships.queries import PartnershipRow
from engagement.people.queries import resident_principal

# What is never kept over a time-out: secrets, and what belongs to the page and not to its reader.
NEVER_KEPT = ("password", "code", "return_word", "secret", "vote", "csrf_token")

UNDER_PARTNERSHIP = re.compile(r"/p/([a-z0-9-]+)/")


def init_visits(app: Flask) -> None:
    """Find the partnership and the person of each request, and forget both after it."""

    @app.url_value_preprocessor
    def take_slug(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.slug = values.pop("slug", None) if values else None
        if endpoint is None and (mistyped := UNDER_PARTNERSHIP.match(request.path)):
            g.slug = mistyped[1]  # so that the page that says so leads back to where one was

    @app.url_defaults
    def give_slug(endpoint: str, values: dict[str, Any]) -> None:
        if (
            "slug" not in values
            and g.get("slug")
            and app.url_map.is_endpoint_expecting(endpoint, "slug")
        ):
            values["slug"] = g.slug

    @app.before_request
    def arrive() -> None:
        g.partnership = g.principal = None
        if "\0" in request.path:
            abort(404)  # no database looks such a name up, and PostgreSQL refuses to try
        if g.get("slug") is None:
            return
        visit = find_visit(g.slug, session.get("token"))
        if visit is None:
            abort(404)
        g.partnership, g.now, g.session_found = visit.partnership, visit.now, visit.session
        tenancy.serve(g.partnership.id)
        if current_user.is_authenticated:
            g.principal = current_user._get_current_object()
        principal = current_principal()
        act_as(
            Actor(ActorKind(principal.kind.value), principal.public_id) if principal else VISITOR
        )
        if principal is None:
            return
        structlog.contextvars.bind_contextvars(by=principal.kind.value)
        if g.last_seen_at + SEEN_EVERY < g.now:
            mark_seen(principal.session_id)
        if request.method == "GET" and session.get("kept") == request.path:
            g.kept_fields = find_interrupted_form(_holder(principal), request.path)

    @app.after_request
    def forget_sent_form(response: Response) -> Response:
        principal = current_principal()
        sent = request.method == "POST" and response.status_code < 400
        if principal and sent and session.get("kept") == request.path:
            session.pop("kept")
            forget_interrupted_form(_holder(principal), request.path)
        return response

    @app.teardown_request
    def leave(error: BaseException | None) -> None:
        tenancy.serve(None)
        act_as(None)


@login_manager.request_loader  # type: ignore[untyped-decorator]
def load_principal(request: Request) -> Principal | None:
    """Who the cookie's token belongs to, while the session lasts."""
    found: LiveSession | None = g.get("session_found")
    if found is None:
        return None
    principal = staff_principal(found) if found.staff_id is not None else resident_principal(found)
    if principal is None or principal.idle_ends_at <= g.now:
        g.timed_out = True
        return None
    g.last_seen_at = found.last_seen_at
    return principal


def current_principal() -> Principal | None:
    """Who is signed in, if anybody."""
    principal: Principal | None = g.get("principal")
    return principal


def require_principal() -> Principal:
    """Who is signed in, on a page that only lets somebody in who is."""
    principal = current_principal()
    assert principal is not None
    return principal


def current_partnership() -> PartnershipRow:
    """The partnership of this page."""
    partnership: PartnershipRow = g.partnership
    return partnership


def present() -> datetime:
    """The database's moment at which this request arrived."""
    now: datetime = g.now
    return now


def time_left(principal: Principal) -> timedelta:
    """How long the session lasts from now on if it is not used."""
    return principal.idle_ends_at - present()


def _holder(principal: Principal) -> Holder:
    return Holder(principal.kind, principal.id)


def sign_in(token: str) -> None:
    """Give the browser a session; whatever it held before is dropped."""
    kept, after = session.get("kept"), session.get("after")
    session.clear()
    session["token"] = token
    if kept:
        session["kept"] = kept
    if after:
        session["after"] = after


def sign_out() -> None:
    """End the session, at the server first."""
    principal = current_principal()
    if principal is not None:
        end_session(principal.session_id)
    session.clear()


def page_after_sign_in(otherwise: str) -> str:
    """Where somebody was going when they were asked to sign in, or ``otherwise``."""
    target = session.pop("after", None) or otherwise
    parts = urlsplit(target)
    own = f"/p/{current_partnership().slug}/"
    residents = url_for("residents.home")
    # Somebody else may sign in than was asked to: a resident is not sent to a page of staff.
    same_door = parts.path.startswith(residents) == otherwise.startswith(residents)
    return target if same_door and not parts.netloc and parts.path.startswith(own) else otherwise


def wants_json() -> bool:
    """Whether a script asks, which reads no page."""
    return request.accept_mimetypes.best == "application/json"


def ask_to_sign_in(kind: PrincipalKind) -> Response:
    """Send somebody to the page where they sign in; what they typed waits for them."""
    token = session.get("token")
    # Only a page can be gone back to: an address that takes forms alone shows nothing.
    is_page = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    is_page = is_page and not wants_json()
    if is_page:
        session["after"] = request.path
    if is_page and request.method == "POST" and token:
        fields = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if not any(word in name for word in NEVER_KEPT)
        ]
        if keep_interrupted_form(token, request.path, fields):
            session["kept"] = request.path
    endpoint = "staff.enter_password" if kind is PrincipalKind.STAFF else "residents.enter_code"
    return redirect(url_for(endpoint), 303)


def entry_link() -> str:
    """The short address at which residents come in, for letters and pictures to scan."""
    return absolute_link("public.short_address", short=current_partnership().slug)


def entry_address() -> str:
    """The same as it is read out and typed."""
    return entry_link().partition("://")[2]
