"""The yardstick: a bare Flask page that renders the same components, with no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from flask import Flask, render_template
from flask_babel import gettext as _

from engagement.accounts.rules import Principal, PrincipalKind, Role
from engagement.config import ROOT
from engagement.extensions import babel, csrf
from engagement.people.questions import ETHNIC_GROUP, PREFER_NOT_TO_SAY
from engagement.people.rules import ContactBy
from engagement.web.facilitators.residents import CONTACT_TEXT
from engagement.web.headers import csp_nonce
from engagement.web.kit import Choice, Column, KitForm, Link, Page, RadiosField, Table, init_kit

ROWS = 200
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _somebody(kind: PrincipalKind) -> Principal:
    return Principal(
        kind=kind,
        id=1,
        public_id="somebody",
        name="Sam Brown",
        session_id=1,
        idle_ends_at=NOW + timedelta(hours=1),
        ends_at=NOW + timedelta(hours=8),
        roles=frozenset({Role.FACILITATOR}) if kind is PrincipalKind.STAFF else frozenset(),
    )


class QuestionForm(KitForm):
    """The question of the resident's page."""

    answer = RadiosField(
        ETHNIC_GROUP.title,
        choices=[
            *(Choice(c.value, c.text, hint=c.hint) for c in ETHNIC_GROUP.choices),
            Choice(PREFER_NOT_TO_SAY, ETHNIC_GROUP.text_of(PREFER_NOT_TO_SAY), apart=True),
        ],
    )


def create_bare_app() -> Flask:
    """An application without database, sessions of its own, rules or logs."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="k" * 32, BABEL_DEFAULT_LOCALE="en_GB")
    babel.init_app(app)
    csrf.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    init_kit(app)
    for endpoint, rule in {
        "residents.about": "/about",
        "residents.take_back": "/about/<key>/take-back",
        "facilitators.residents": "/residents",
        "facilitators.add_resident": "/residents/new",
        "facilitators.letters": "/letters",
    }.items():
        app.add_url_rule(rule, endpoint, lambda **values: "")
    context = {
        "service_name": "Have your say",
        "nhs_branding": False,
        "partnership": SimpleNamespace(name="North Partnership", slug="north"),
        "navigation": [{"text": t, "href": "/", "current": False} for t in ("One", "Two", "Three")],
        "footer_links": [{"text": f"Link {n}", "href": f"/{n}"} for n in range(6)],
        "sign_out_url": "/sign-out",
        "session_timeout": SimpleNamespace(idle_seconds=3600, extend_url="/stay"),
    }

    @app.get("/list")
    def listing() -> str:
        rows = [
            [
                Link(f"Person {n}", f"/residents/{n}"),
                CONTACT_TEXT[ContactBy.PHONE],
                f"person{n}@example.net",
                "01632 960 001",
                _("No"),
            ]
            for n in range(ROWS)
        ]
        table = Table(
            caption=_("Residents"),
            caption_size="s",
            columns=[Column(_(t)) for t in ("Name", "Contact", "E-mail", "Telephone", "Own code")],
            rows=rows,
        )
        staff = _somebody(PrincipalKind.STAFF)
        return render_template(
            "facilitators/residents.html",
            table=table,
            page=Page(rows, 1, ROWS, ROWS),
            search="",
            principal=staff,
            current_user=staff,
            **context,
        )

    @app.get("/question")
    def question() -> str:
        return render_template(
            "residents/question.html",
            form=QuestionForm(),
            question=ETHNIC_GROUP,
            consent_words="By saving an answer you agree that we keep it.",
            number=3,
            count=6,
            answered=False,
            current_user=_somebody(PrincipalKind.RESIDENT),
            **context,
        )

    return app


app = create_bare_app()
