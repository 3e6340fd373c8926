"""Layouts, the living page, error pages and the built files that they name."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask
from jinja2 import UndefinedError

from engagement.config import ROOT
from engagement.web.kit import nhs, render_alone
from engagement.web.kit.assets import BUILD, Assets, NotBuilt, assets_problem

LAYOUTS = ("public", "resident", "facilitator", "officer", "admin")
CODES = (400, 403, 404, 413, 429, 500, 503)
PAGES = [
    *(f"/kit?state={state}" for state in ("empty", "filled", "error")),
    *(f"/layout/{layout}?as={who}" for layout in LAYOUTS for who in ("", "staff", "resident")),
    *(f"/error/{code}" for code in CODES),
    "/layout/admin?as=staff&nhs",
]

# Parts of other components, or for decorations that the pages do without.
NOT_SHOWN = {"caption", "cardAction", "code", "errorMessage", "fieldset", "header", "heading"}
NOT_SHOWN |= {"hero", "hint", "image", "label", "legend", "scroll", "summaryListRow", "dateInput"}
BY_FIELDS = {"characterCount", "checkboxes", "fileUpload", "input", "passwordInput", "radios"}
BY_FIELDS |= {"select", "textarea", "errorSummary", "footer", "pagination", "skipLink", "table"}


def text_of(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_valid_html_with_unique_ids_and_no_styles(client: Any, address: str) -> None:
    text = text_of(client, address)
    html5lib.HTMLParser(strict=True).parse(text)
    tree = html5lib.parse(text, namespaceHTMLElements=False)
    ids = Counter(node.get("id") for node in tree.iter() if node.get("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    for node in tree.iter():
        assert not node.get("style")
        assert not [name for name in node.keys() if name.startswith("on")]  # noqa: SIM118
        for reference in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            assert set(str(node.get(reference) or "").split()) <= set(ids)
    assert len(list(tree.iter("main"))) == 1
    assert len(list(tree.iter("h1"))) == 1
    assert all(script.get("nonce") == "a-nonce" for script in tree.iter("script"))


@pytest.mark.parametrize("address", PAGES)
def test_pages_ask_nothing_of_other_servers(client: Any, address: str) -> None:
    text = text_of(client, address)
    assert re.findall(r"(?:src|href|action)=[\"'](?:https?:)?//[^\"']*", text) == []


def test_the_living_page_shows_every_component() -> None:
    template = (ROOT / "templates" / "kit" / "index.html").read_text()
    shown = set(re.findall(r"nhs\.(\w+)\(", template))
    assert set(nhs.names) - NOT_SHOWN - BY_FIELDS - shown == set()


def test_the_living_page_shows_the_parts_that_fields_and_lists_bring(client: Any) -> None:
    text = text_of(client, "/kit?state=error")
    for css in (
        "nhsuk-character-count",
        "nhsuk-checkboxes",
        "nhsuk-date-input",
        "nhsuk-file-upload",
        "nhsuk-password-input",
        "nhsuk-radios",
        "nhsuk-select",
        "nhsuk-error-summary",
        "nhsuk-pagination",
        "nhsuk-table--responsive",
        "nhsuk-scroll",
        "app-chart",
    ):
        assert css in text


def test_the_title_ends_with_the_service_and_tells_of_errors(client: Any) -> None:
    assert "<title>Parts of the pages – Have your say</title>" in text_of(client, "/kit")
    assert "<title>Error: Parts of the pages – " in text_of(client, "/kit?state=error")


def test_a_page_without_a_title_is_an_error(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(Exception, match="title"):
        app.jinja_env.from_string('{% extends "layouts/base.html" %}').render()


def test_staff_see_their_menu_with_the_current_place_and_can_sign_out(client: Any) -> None:
    tree = html5lib.parse(text_of(client, "/layout/officer?as=staff"), namespaceHTMLElements=False)
    current = [node for node in tree.iter("a") if node.get("aria-current")]
    assert ["".join(node.itertext()).strip() for node in current] == ["Programmes"]
    form = next(tree.iter("form"))
    assert (form.get("action"), form.get("method")) == ("/sign-out", "post")
    assert any(field.get("name") == "csrf_token" for field in form.iter("input"))


def test_residents_see_no_menu_and_no_name_but_can_sign_out_and_go_back(client: Any) -> None:
    text = text_of(client, "/layout/resident?as=resident")
    assert "nhsuk-header__navigation" not in text
    assert "Sam Example" not in text
    assert "Sign out" in text
    assert "nhsuk-back-link" in text


def test_nobody_is_offered_to_sign_out_who_is_not_signed_in(client: Any) -> None:
    for layout in LAYOUTS:
        text = text_of(client, f"/layout/{layout}")
        assert "Sign out" not in text
        assert "app-timeout" not in text


def test_the_end_of_the_session_is_told_without_javascript(client: Any) -> None:
    text = text_of(client, "/layout/admin?as=staff")
    assert "we sign you out after 30 minutes without activity" in text
    assert 'data-extend-url="/session"' in text
    assert 'data-idle-seconds="1800"' in text


@pytest.mark.parametrize("code", CODES)
def test_error_pages_need_nothing(app: Flask, code: int) -> None:
    with app.test_request_context("/"):
        text = render_alone(f"errors/{code}.html")
    html5lib.HTMLParser(strict=True).parse(text)
    assert "Sign out" not in text


def test_nhs_marks_are_shown_only_where_they_are_switched_on(client: Any) -> None:
    plain = text_of(client, "/layout/admin?as=staff")
    entitled = text_of(client, "/layout/admin?as=staff&nhs")
    assert "nhsuk-header__logo" not in plain
    assert "/app.css" in plain
    assert "nhsuk-header__logo" in entitled
    assert "/nhs.css" in entitled


def test_a_name_that_a_template_does_not_know_is_an_error(app: Flask) -> None:
    with pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ nobody_gave_this }}").render()


def test_addresses_of_built_files_carry_their_hash(tmp_path: Path) -> None:
    (tmp_path / "app.css").write_text("a{}")
    expected = sha256(b"a{}").hexdigest()[:12]
    assets = Assets(tmp_path)
    assert assets.url("app.css") == f"/static/build/app.css?v={expected}"
    with pytest.raises(NotBuilt, match=r"no app\.js .*make build"):
        assets.url("app.js")


def test_a_front_end_that_is_not_built_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(NotBuilt, match="make build"):
        Assets(tmp_path / "nowhere").url("app.css")
    assert assets_problem() is None


def test_scripts_import_each_other_by_the_same_addresses_as_pages() -> None:
    assert (
        f"from '.{Assets().url('nhsuk.js').removeprefix('/static/build')}'"
        in (BUILD / "app.js").read_text()
    )


def test_styles_bring_no_font_and_nothing_from_elsewhere() -> None:
    for theme in ("app.css", "nhs.css"):
        css = (BUILD / theme).read_text()
        assert "frutiger" not in css.lower()
        assert "assets.nhs.uk" not in css
        assert "html{font-family:-apple-system" in css
        for name in re.findall(r"url\(\"?\./([^\")]+)", css):
            assert (BUILD / name).is_file()
    assert "005eb8" not in (BUILD / "app.css").read_text().lower()


def test_a_page_of_a_resident_weighs_little(client: Any) -> None:
    text = text_of(client, "/layout/resident?as=resident")
    sent = sum(
        (BUILD / f"{name}.gz").stat().st_size
        for name in ("app.css", "app.js", "nhsuk.js", "timeout.js", "favicon.svg")
    )
    assert sent + len(text.encode()) < 80_000
