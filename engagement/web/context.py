"""What every page knows without being told: the partnership, the menu, the session's end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import format_date, format_datetime, get_locale, lazy_gettext
from flask_babel import gettext as _
from jinja2 import StrictUndefined

from engagement.accounts.rules import Principal, PrincipalKind
from engagement.config import Config
from engagement.database.clock import day_of
from engagement.web.access import rule_of
from engagement.web.once import once
from engagement.web.visits import current_principal


@dataclass(frozen=True)
class MenuItem:
    """A place of the staff's menu; it is shown to those whom its page lets in."""

    endpoint: str
    text: Any


MENU = (
    MenuItem("facilitators.home", lazy_gettext("Programmes")),
    MenuItem("facilitators.residents", lazy_gettext("Residents")),
    MenuItem("officers.home", lazy_gettext("Planning")),
    MenuItem("facilitators.audits", lazy_gettext("Audits")),
    MenuItem("admin.home", lazy_gettext("Administration")),
    MenuItem("staff.account", lazy_gettext("Your account")),
)


@dataclass(frozen=True)
class SessionTimeout:
    """How long the session lasts without use, and where it is kept alive."""

    idle_seconds: int
    extend_url: str


def init_context(app: Flask) -> None:
    """Give the templates their context, filters and strictness."""
    config: Config = app.extensions["engagement"]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["once_token"] = once
    app.jinja_env.filters.update(day=day, moment=moment, last_day=last_day)

    @app.context_processor
    def page() -> dict[str, Any]:
        partnership = g.get("partnership")
        principal = current_principal()
        return {
            "service_name": config.service_name,
            "nhs_branding": config.nhs_branding,
            "partnership": partnership,
            "principal": principal,
            "navigation": _menu(app, principal),
            "footer_links": _footer(partnership.slug, str(get_locale())) if partnership else [],
            "sign_out_url": url_for("public.end_visit") if principal else None,
            "session_timeout": _timeout(principal),
        }


def _menu(app: Flask, principal: Principal | None) -> list[dict[str, Any]]:
    if principal is None or principal.kind is not PrincipalKind.STAFF:
        return []
    place = request.endpoint or ""
    items = []
    for item in MENU:
        rule = rule_of(app, item.endpoint)
        if rule and rule.lets_in(principal):
            current = place == item.endpoint or (
                item.endpoint.endswith(".home") and _door(place) == _door(item.endpoint)
            )
            items.append({"text": item.text, "href": url_for(item.endpoint), "current": current})
    if sum(entry["current"] for entry in items) > 1:
        # A page with a place of its own in the menu also lies behind its door's first page.
        for entry in items:
            entry["current"] = entry["href"] == request.path
    return items


def _door(endpoint: str) -> str:
    return endpoint.partition(".")[0]


@cache
def _footer(slug: str, language: str) -> list[dict[str, Any]]:
    """The same on every page of a partnership in a language, so it is made once."""
    return [
        {"text": _("Contact"), "href": url_for("public.contact")},
        {"text": _("Privacy"), "href": url_for("public.privacy")},
        {"text": _("Cookies"), "href": url_for("public.cookies")},
        {"text": _("Accessibility"), "href": url_for("public.accessibility")},
        {"text": _("How we keep records"), "href": url_for("public.records")},
        {"text": _("Where our figures come from"), "href": url_for("public.figures")},
        {"text": _("Staff sign in"), "href": url_for("staff.enter_password")},
    ]


def _timeout(principal: Principal | None) -> SessionTimeout | None:
    if principal is None:
        return None
    # This very request has kept the session alive, up to its absolute end.
    seconds = (principal.idle_ends_at - g.last_seen_at).total_seconds()
    left = (principal.ends_at - g.now).total_seconds()
    return SessionTimeout(int(min(seconds, left)), url_for("public.stay"))


def day(value: date) -> str:
    """A day in words, in London."""
    return str(format_date(value, "d MMMM y"))


def last_day(end: datetime) -> str:
    """The last day of what ends at a midnight, in words, in London."""
    return day(day_of(end - timedelta(seconds=1)))


def moment(value: datetime | None) -> str:
    """A moment in words, in London."""
    return "" if value is None else str(format_datetime(value, "d MMMM y, HH:mm"))
