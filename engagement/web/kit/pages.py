"""What the layouts need: titles, language, links between the pages of a list."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from engagement.web.kit.assets import Assets
from engagement.web.kit.components import nhs
from engagement.web.kit.facts import facts
from engagement.web.kit.pagination import Page
from engagement.web.kit.tables import Link


def init_kit(app: Flask) -> None:
    """Give the templates ``nhs``, ``facts``, ``link``, ``static_url``, ``page_title``,
    ``page_language``, ``pagination`` and ``nhs_logo``."""
    assets = Assets()
    app.jinja_env.globals.update(
        nhs=nhs,
        facts=facts,
        link=Link,
        static_url=assets.url,
        page_title=page_title,
        page_language=page_language,
        pagination=pagination,
        nhs_logo=nhs_logo,
    )


def page_title(title: Any, form: Any = None) -> str:
    """The title of a page; it begins with "Error:" when the form on it has errors."""
    if form is not None and form.has_errors:
        return str(_("Error: %(title)s", title=title))
    return str(title)


def page_language() -> str:
    """The language of the page as HTML's ``lang``, such as ``en-GB``."""
    locale = get_locale()
    return str(locale).replace("_", "-") if locale else "en-GB"


def pagination(page: Page[Any], parameter: str = "page") -> Markup:
    """Links to the other pages of the list that this address shows; nothing when all fit on one.

    The rest of the address stays as it is.
    """
    if page.count == 1:
        return Markup("")
    endpoint = request.endpoint or ""
    given = {**request.args.to_dict(flat=False), **(request.view_args or {})}

    def address(number: int) -> str:
        return url_for(endpoint, **{**given, parameter: number})

    return nhs.pagination(page.params(address))


def nhs_logo() -> Markup:
    """The NHS logo, for deployments that are entitled to it; drawn by the design system."""
    header = nhs.header({"logo": {"alt": "NHS"}})
    start = header.index("<svg")
    return header[start : header.index("</svg>", start) + len("</svg>")]


def render_alone(template: str, **values: Any) -> str:
    """Render a template without asking anything of the database or the session.

    Context processors do not run, so that an error page can be shown when they fail.
    """
    return current_app.jinja_env.get_template(template).render(**values)
