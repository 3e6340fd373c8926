"""A small application with nothing but the kit, so that the look is tested without a database."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response, render_template, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from engagement.config import ROOT
from engagement.web.kit import init_kit
from engagement.web.kit.living import living_page

STAFF = SimpleNamespace(is_authenticated=True, name="Priya Example", kind="staff")
RESIDENT = SimpleNamespace(is_authenticated=True, name="Sam Example", kind="resident")


def make_app() -> Flask:
    """The application, with a page for each layout and each error."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="a key for tests only, and long enough", TESTING=True)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app)
    CSRFProtect(app)
    init_kit(app)
    app.jinja_env.globals["csp_nonce"] = lambda: "a-nonce"

    @app.context_processor
    def around() -> dict[str, Any]:
        user = {"staff": STAFF, "resident": RESIDENT}.get(request.args.get("as", ""))
        return {
            "service_name": "Have your say",
            "partnership": SimpleNamespace(
                name="Riverside Partnership", slug="riverside", phone="01632 960 001"
            ),
            "current_user": user or SimpleNamespace(is_authenticated=False),
            "nhs_branding": "nhs" in request.args,
            "navigation": [
                {"text": text, "href": f"/{text}", "current": text == "Programmes"}
                for text in ("Programmes", "Panels", "Conversations", "Priorities", "People")
            ]
            if user is STAFF
            else [],
            "footer_links": [
                {"text": "Accessibility", "href": "/accessibility"},
                {"text": "Privacy", "href": "/privacy"},
            ],
            "sign_out_url": "/sign-out",
            "session_timeout": SimpleNamespace(
                idle_seconds=int(request.args.get("idle", "1800")), extend_url="/session"
            ),
        }

    @app.get("/static/build/<path:name>")
    def built(name: str) -> Response:
        # Whole, not as an open file: a browser that breaks off would leave that open.
        kind = mimetypes.guess_type(name)[0]
        return Response((ROOT / "static" / "build" / name).read_bytes(), mimetype=kind)

    @app.get("/kit")
    def kit() -> str:
        return render_template("kit/index.html", **living_page(request.args.get("state", "empty")))

    @app.get("/layout/<name>")
    def layout(name: str) -> str:
        return app.jinja_env.from_string(LAYOUT_PAGE).render(
            {**around(), "layout": f"layouts/{name}.html"}
        )

    @app.get("/error/<code>")
    def error(code: str) -> str:
        return render_template(f"errors/{code}.html", request_id="8f2c41d0")

    @app.post("/session")
    def extend() -> tuple[str, int]:
        return "", 204

    return app


LAYOUT_PAGE = """
{% extends layout %}
{% set back_url = "/" if layout == "layouts/resident.html" else none %}
{% block title %}A page{% endblock %}
{% block content %}<h1 class="nhsuk-heading-l">A page</h1>
<p class="nhsuk-body">Some words. <a href="#x">A link</a>.</p>
{{ nhs.button({"text": "Continue", "type": "button"}) }}{% endblock %}
"""


@pytest.fixture(scope="session")
def app() -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> Any:
    return app.test_client()


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    """A request to stand in, for what is rendered without a page."""
    with app.test_request_context("/"):
        yield
