"""A citizens' panel from its targets to its confirmation, and everyone who can check it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Download, expect

from engagement.accounts.rules import Role
from engagement.audit.service import SYSTEM, acting_as
from engagement.panels.queries import find_panel
from engagement.panels.seat_queries import SeatRow, seats_of
from engagement.panels.service import open_panel
from engagement.partnerships.rules import OrganisationKind
from engagement.partnerships.service import add_organisation
from engagement.places.queries import national_icbs
from engagement.programmes import service as programmes
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan
from tests.factories import Partnership, Programme
from tests.factories.chain import publish
from tests.factories.panels import PLAN, Registrant
from tests.factories.pools import (
    PLACES,
    POOLS,
    add_level_of_education,
    import_england,
    register_pool,
)
from tests.journeys.service import Service, running_service
from tests.journeys.visitor import Open, Visitor

FRIMLEY, WEST_YORKSHIRE, CAMDEN = "Frimley", "West Yorkshire", "Camden"
POOL, SEATS = "sf_fixture_22", 22
WORK_SECONDS = 60_000
SEED = "b1946ac92492d2347c6235b4d2611184"
pytestmark = pytest.mark.skipif(
    not (POOLS.is_dir() and PLACES.is_dir()), reason=f"the shared data is not in {POOLS.parent}"
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server of its own: figures of places belong to no partnership, and these are England's."""
    with running_service(tmp_path_factory.mktemp("england")) as service:
        with service.app.app_context(), acting_as(SYSTEM):
            import_england()
        yield service


@pytest.fixture
def programme(place: Partnership) -> Programme:
    """A published programme about Frimley, convened with Healthwatch."""
    made = place.programme("Getting care")
    with place.inside():
        programmes.set_convenors(
            None, made.public_id, [add_organisation("Healthwatch", OrganisationKind.HEALTHWATCH)]
        )
        publish(made)
        _about(made, FRIMLEY)
    return made


@pytest.fixture
def panel(place: Partnership, programme: Programme) -> str:
    """Its panel of 22, with one question of its own and no targets from figures yet."""
    key = programme.public_id
    plan = ActivityPlan(
        ActivityKind.CITIZENS_PANEL, "Panel on getting care", offline_routes="Call us."
    )
    with place.inside():
        activity = programmes.add_activity(None, key, plan)
        programmes.publish_activity(None, key, activity)
        return open_panel(None, key, activity, replace(PLAN, size=SEATS))


def _about(programme: Programme, area: str) -> None:
    """Let the programme be about the care system that is called so, or else the council."""
    codes = [one.code for one in national_icbs() if area in one.name] or [area]
    programmes.set_places(None, programme.public_id, codes, [])


def build_from_figures(staff: Visitor, question: str) -> None:
    """Add a question of ours to the panel, and build its targets from official figures."""
    staff.page.get_by_label("Balance it also by", exact=True).select_option(label=question)
    staff.press("Add it")
    section = staff.main.locator("section").filter(
        has=staff.page.get_by_role("heading", name=question)
    )
    section.get_by_role("link", name="Build them from figures").or_(
        section.get_by_role("button", name="Build them from figures")
    ).first.click()
    staff.sees(question)
    expect(staff.main).to_contain_text("Source: ")
    staff.press("Build the targets")
    staff.sees("What the panel is to look like")


def close_registration(staff: Visitor, panel: str) -> None:
    """Set a last day that is over."""
    staff.go(f"facilitate/panels/{panel}")
    staff.press("Change the panel")
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    fields = staff.page.get_by_role("group", name="Last day of registration")
    for part, number in (
        ("Day", yesterday.day),
        ("Month", yesterday.month),
        ("Year", yesterday.year),
    ):
        fields.get_by_label(part).fill(str(number))
    staff.press("Save")


def draw(staff: Visitor, other: Visitor, panel: str, number: int) -> None:
    """Prepare a draw, publish it, and let two enter the seed."""
    staff.go(f"facilitate/panels/{panel}/draws")
    staff.enter("Where will the seed come from?", f"round {4512006 + number} of a public beacon")
    staff.enter("When?", "today at 14:00")
    staff.press("Prepare a draw")
    publish = staff.page.get_by_role("button", name="Publish it")
    for _ in range(60):
        if publish.count():
            break
        staff.page.wait_for_timeout(500)
        staff.page.reload()
    staff.look()
    expect(staff.main).to_contain_text("Proved: no lottery that meets the targets is fairer")
    publish.click()
    staff.is_told("Now nobody can change it")
    for one in (staff, other):
        one.go(staff.page.url)
        one.enter("The seed", f"{SEED}{number}")
        one.press("Enter the seed")
    other.is_told("The panel is drawn")
    other.look()


def seats(place: Partnership, panel: str) -> list[SeatRow]:
    with place.inside():
        found = find_panel(None, panel)
        assert found is not None
        return seats_of(found.id)


def note_answers(staff: Visitor, place: Partnership, panel: str, refusals: int) -> None:
    """Note on the page of seats who accepts and who declines, as told on the telephone."""
    offered = [seat for seat in seats(place, panel) if seat.state == "offered"]
    staff.go(f"facilitate/panels/{panel}/seats")
    for number, seat in enumerate(offered):
        answer = "Declines" if number < refusals else "Accepts"
        staff.page.get_by_role("button", name=f"{answer} {seat.reference}").click()
        staff.is_told("Noted")
    staff.look()


def verified(folder: Path, download: Download, name: str, *more: str) -> str:
    """What the program inside the proof says of a file, run by a plain Python without us."""
    path = folder / name
    download.save_as(path)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as pack:
            pack.extractall(folder)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_draw.py", name, *more],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED" not in done.stdout
    return done.stdout


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_from_targets_to_a_confirmed_panel_that_everyone_can_check(
    open_browser: Open, service: Service, place: Partnership, programme: Programme, panel: str,
    tmp_path: Path,
    scripts: bool,
) -> None:  # fmt: skip
    staff = open_browser(scripts=scripts).be(place.staff(Role.FACILITATOR))
    other = open_browser(scripts=scripts).be(place.staff(Role.OFFICER))
    staff.go(f"facilitate/panels/{panel}/targets")
    build_from_figures(staff, "What is your sex?")
    build_from_figures(staff, "How old are you?")
    expect(staff.main).to_contain_text("Census 2021")
    with place.inside():
        people = register_pool(panel, POOL, add_level_of_education(panel, POOL))
    staff.go(f"facilitate/panels/{panel}/pool")
    staff.sees("Pool desk")
    expect(staff.main).to_contain_text("150")
    close_registration(staff, panel)
    with service.process("engagement.cli", "worker"):
        draw(staff, other, panel, 1)
        note_answers(staff, place, panel, refusals=2)
        draw(staff, other, panel, 2)
    note_answers(staff, place, panel, refusals=0)
    states = [seat.state for seat in seats(place, panel)]
    assert (states.count("accepted"), states.count("declined")) == (SEATS, 2)
    staff.go(f"facilitate/panels/{panel}/make-up")
    staff.press("Confirm the panel and publish its make-up")
    staff.sees("Confirm the panel").is_told("Published")

    root = check_as_a_stranger(open_browser(scripts=False), panel, tmp_path)
    check_ones_own_row(open_browser, place, panel, people, root, tmp_path)
    check_as_an_auditor(open_browser, place, root, tmp_path)
    stranger = open_browser(scripts=False)
    stranger.go(f"panels/{panel}/draw")
    expect(stranger.main).to_contain_text("everything was as published")
    expect(stranger.main).to_contain_text("Every ticket and every chance was as published.")


def check_as_a_stranger(stranger: Visitor, panel: str, folder: Path) -> str:
    """From the public page alone; returns the root that it shows for the first draw."""
    folder = folder / "stranger"
    folder.mkdir()
    stranger.go(f"panels/{panel}/draw")
    stranger.sees("How this panel is chosen")
    expect(stranger.main).to_contain_text("Does the panel look like the area?")
    expect(stranger.main).to_contain_text("had 22 members")
    for root, link in zip(
        stranger.main.locator("p > code.app-key")
        .filter(has_text="verify_draw.py")
        .all_inner_texts(),
        stranger.page.get_by_role("link", name="The proof (ZIP)").all(),
        strict=True,
    ):
        with stranger.page.expect_download() as started:
            link.click()
        found = root.rpartition(" ")[2]
        lines = verified(folder, started.value, "public.zip", "--root", found)
        assert SEED in lines or "seed" in lines
    return found  # the newest draw stands first


def check_ones_own_row(
    open_browser: Open, place: Partnership, panel: str, people: list[Registrant], root: str,
    folder: Path,
) -> None:  # fmt: skip
    """Somebody who was not drawn comes back with their letter and word."""
    seated = {seat.resident_id for seat in seats(place, panel)}
    one = next(who for who in people if who.resident_id not in seated)
    me = open_browser(scripts=False, viewport={"width": 320, "height": 640})
    me.go("me/enter")
    me.enter("Enter your code", one.letter.code)
    me.press("Continue")
    me.press("Yes, I have been here before")
    me.enter("What is the word that you chose?", one.word)
    me.press("Continue")
    me.go(f"me/panels/{panel}/result")
    me.sees("Your result")
    expect(me.main).to_contain_text("not")
    with me.page.expect_download() as started:
        me.page.get_by_role("link", name="Your row in draw 1").click()
    (folder / "own").mkdir()
    (folder / "own" / "verify_draw.py").write_bytes(
        (folder / "stranger" / "verify_draw.py").read_bytes()
    )
    verified(folder / "own", started.value, "person.json", "--root", root)


def check_as_an_auditor(open_browser: Open, place: Partnership, root: str, folder: Path) -> None:
    """A named auditor agrees, takes the rows, checks them all, and signs."""
    auditor = open_browser().be(place.staff(Role.AUDITOR))
    auditor.go("facilitate/audits")
    auditor.sees("Draws to audit").follow("Panel on getting care, draw 1")
    auditor.sees("Audit of draw 1").press("I agree")
    auditor.sees("Audit of draw 1")
    with auditor.page.expect_download() as started:
        auditor.press("Take the files (ZIP)")
    (folder / "auditor").mkdir()
    lines = verified(folder / "auditor", started.value, "auditor.zip", "--root", root)
    assert lines.count("ok") > 5
    auditor.choose("Everything was as published")
    auditor.enter("Your statement", "Every ticket and every chance was as published.")
    auditor.enter("Your name and whom you work for", "Ann Auditor, Healthwatch")
    auditor.press("Sign and publish")
    auditor.sees("Audit of draw 1").is_told("Signed")


@pytest.mark.parametrize("area", [WEST_YORKSHIRE, CAMDEN])
def test_targets_are_built_from_the_figures_of_other_places(
    open_browser: Open, place: Partnership, programme: Programme, panel: str, area: str
) -> None:
    with place.inside():
        _about(programme, area)
    staff = open_browser().be(place.staff(Role.FACILITATOR))
    staff.go(f"facilitate/panels/{panel}/targets")
    for question in ("What is your sex?", "How old are you?", "What is your ethnic group?"):
        build_from_figures(staff, question)
