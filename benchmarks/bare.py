"""The yardstick: a bare Flask application that renders the same pages, with no database.

It opens each page once in the real application, keeps what its template was given, and from then
on renders that: the same components, without queries, sessions, rules, throttling or logs. What
the view itself makes of its rows, the table and the form, is made anew for each request, as there.
"""

from __future__ import annotations

import json
import os
from typing import Any

from flask import Flask, render_template, template_rendered

from engagement import create_app
from engagement.config import ROOT
from engagement.extensions import babel, csrf
from engagement.web.context import day, moment
from engagement.web.facilitators.residents import list_of_residents
from engagement.web.headers import csp_nonce
from engagement.web.kit import init_kit
from engagement.web.residents.about import FORMS

PAGES = "BENCHMARK_PAGES"
# What Flask and its extensions put into every context themselves.
NOT_KEPT = {"g", "request", "session", "current_user", "get_flashed_messages"}


def _given_to_template(real: Flask, path: str, cookie: str) -> tuple[str, dict[str, Any]]:
    """The template of a page and its context."""
    seen: list[tuple[str, dict[str, Any]]] = []

    def keep(sender: Flask, template: Any, context: dict[str, Any], **more: Any) -> None:
        seen.append((template.name, context))

    with template_rendered.connected_to(keep, real), real.test_client(use_cookies=False) as client:
        answer = client.get(path, headers={"Cookie": cookie})
        if answer.status_code != 200 or not seen:
            raise RuntimeError(f"{path}: {answer.status}")
    name, context = seen[-1]
    kept = {key: value for key, value in context.items() if key not in NOT_KEPT}
    return name, {**kept, "current_user": kept["principal"]}


def create_bare_app() -> Flask:
    """The application that does nothing but render."""
    real = create_app()
    pages = {
        name: _given_to_template(real, *page)
        for name, page in json.loads(os.environ[PAGES]).items()
    }
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="k" * 32, BABEL_DEFAULT_LOCALE="en_GB")
    babel.init_app(app)
    csrf.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(day=day, moment=moment)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    init_kit(app)
    for rule in real.url_map.iter_rules():
        app.add_url_rule(rule.rule, rule.endpoint, lambda **values: "", methods=rule.methods)
    slug = pages["list"][1]["partnership"].slug

    @app.url_defaults
    def give_slug(endpoint: str, values: dict[str, Any]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "slug"):
            values.setdefault("slug", slug)

    @app.get("/list")
    def listing() -> str:
        template, context = pages["list"]
        return render_template(template, **{**context, "table": list_of_residents(context["page"])})

    @app.get("/question")
    def question() -> str:
        template, context = pages["question"]
        return render_template(
            template, **{**context, "form": FORMS[context["question"].key](data={"answer": None})}
        )

    return app


app = create_bare_app()
