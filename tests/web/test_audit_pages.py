"""Auditing a draw in the browser, from the invitation's role to what everyone reads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from engagement.accounts.rules import Role
from engagement.panels.audits import find_audit, signed_audits
from engagement.panels.draw_queries import find_draw
from engagement.panels.service import TargetPlan, set_targets
from tests.client import CheckedClient
from tests.factories import Partnership, World
from tests.factories.panels import drawn_panel, take_seats

Browse = Callable[[], CheckedClient]
STATEMENT = {
    "finding": "everything was as published",
    "statement": "I ran the programs on all tickets.",
    "signed_as": "Ann Auditor, Healthwatch",
}


@pytest.fixture
def north(world: World) -> Partnership:
    """The northern partnership."""
    return world.north


@pytest.fixture
def drawn(north: Partnership) -> tuple[str, str]:
    """A published panel that was drawn, and its draw."""
    with north.inside():
        return drawn_panel(north.programme(), published=True)


def visitor(browse: Browse, north: Partnership, *roles: Role) -> CheckedClient:
    client = browse()
    client.be(north.session(north.staff(*roles)))
    return client


def test_from_agreeing_to_a_statement_that_everyone_reads(
    browse: Browse, north: Partnership, drawn: tuple[str, str]
) -> None:
    panel, draw = drawn
    auditor = visitor(browse, north, Role.AUDITOR)
    here = f"/p/north/facilitate/audits/{draw}"
    assert draw in auditor.get("/p/north/facilitate/audits").text
    assert "I do not try to find out who somebody is" in auditor.get(here).text
    refused = auditor.send(f"{here}/files", {}, page=here)
    assert refused.status_code == 303
    assert "Agree first" in auditor.get(here).text
    auditor.send(f"{here}/agree", {}, page=here)
    signed = auditor.send(here, STATEMENT)
    assert signed.status_code == 303
    assert "Agree first, and take the files" in auditor.get(here).text
    files = auditor.send(f"{here}/files", {}, page=here)
    assert files.headers["Content-Disposition"] == "attachment; filename=auditor.zip"
    assert files.headers["Cache-Control"] == "no-store"
    names = zipfile.ZipFile(io.BytesIO(files.data)).namelist()
    assert {"pool.json", "verify_draw.py", "audit_draw.py"} <= set(names)
    empty = auditor.send(here, {})
    assert "Enter your statement" in empty.text
    assert "Choose what you found" in empty.text
    assert auditor.send(here, STATEMENT).status_code == 303
    page = browse().get(f"/p/north/panels/{panel}/draw").text
    assert "everything was as published" in page
    assert "I ran the programs on all tickets." in page
    with north.inside():
        found = find_draw(None, draw)
        assert found is not None
        ((said,),) = signed_audits([found.id]).values()
    assert said.digest in page
    assert auditor.send(here, {**STATEMENT, "statement": "No."}).status_code == 303
    assert "No." not in browse().get(f"/p/north/panels/{panel}/draw").text


def test_whoever_recruits_does_not_audit(
    browse: Browse, north: Partnership, drawn: tuple[str, str]
) -> None:
    _, draw = drawn
    both = visitor(browse, north, Role.AUDITOR, Role.FACILITATOR)
    here = f"/p/north/facilitate/audits/{draw}"
    assert "An auditor must not" in both.get(here).text
    both.send(f"{here}/agree", {}, page=here)
    assert both.send(f"{here}/files", {}, page=here).mimetype == "text/html"
    with north.inside():
        found = find_draw(None, draw)
        assert found is not None
        assert find_audit(found.id, "nobody") is None
        assert signed_audits([found.id]) == {}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR}))
def test_nobody_else_is_let_near_the_rows(
    browse: Browse, north: Partnership, drawn: tuple[str, str], role: Role
) -> None:
    _, draw = drawn
    somebody = visitor(browse, north, role)
    here = f"/p/north/facilitate/audits/{draw}"
    assert somebody.get(here).status_code == 404
    assert somebody.get("/p/north/facilitate/audits").status_code == 404


def test_the_page_of_a_draw_shows_the_targets_that_it_was_bound_to(
    browse: Browse, north: Partnership, drawn: tuple[str, str]
) -> None:
    panel, _ = drawn
    page = f"/p/north/panels/{panel}/draw"
    before = browse().get(page).text
    with north.inside():
        set_targets(
            None, panel, "sex", [TargetPlan("female", 1, 1), TargetPlan("male", 1, 1)], "by hand"
        )
    assert "0 – 2" in before
    assert [line for line in browse().get(page).text.splitlines() if " – " in line] == [
        line for line in before.splitlines() if " – " in line
    ]


def test_a_panel_is_confirmed_and_its_make_up_read_by_everyone(
    browse: Browse, north: Partnership, drawn: tuple[str, str]
) -> None:
    panel, _ = drawn
    staff = visitor(browse, north, Role.FACILITATOR)
    here = f"/p/north/facilitate/panels/{panel}/make-up"
    staff.send(f"{here}/confirm", {}, page=here)
    assert "Somebody may still answer an offer" in staff.get(here).text
    with north.inside():
        take_seats(panel)
    staff.send(f"{here}/confirm", {}, page=here)
    text = browse().get(f"/p/north/panels/{panel}/draw").text
    assert "On the panel when it was confirmed" in text
    assert "Does the panel look like the area?" in text
    staff.send(f"{here}/confirm", {}, page=here)
    assert "This is published already" in staff.get(here).text
    staff.send(f"{here}/end", {}, page=here)
    assert "On the panel when it ended" in browse().get(f"/p/north/panels/{panel}/draw").text
    assert staff.get(f"{here}/never").status_code in (404, 405)
