"""Make the pictures of the README, one for each door: ``make pictures``.

Starts a server with the demonstration in a folder of its own, signs in as each kind of user, and
writes ``public.png``, ``chain.png``, ``resident.png``, ``facilitator.png``, ``officer.png`` and
``admin.png`` beside this file: 1000 pixels wide and at most 120 kB each. Needs what the tests need,
Chromium among it. Ends with exit code 1 and one line for each picture that is too heavy.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from engagement.cli.demonstration import SLUG, Kept, load_demonstration, read_kept
from tests.conftest import QUIET
from tests.journeys.service import Service, running_service

FOLDER = Path(__file__).parent
SIZE: ViewportSize = {"width": 1250, "height": 900}
SCALE = 0.8  # what 1250 pixels show, in 1000
MOST_BYTES = 120_000


def main() -> None:
    """Make all pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is missing: run 'apt-get install chromium'")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_service(Path(folder)) as service,
        sync_playwright() as playwright,
    ):
        kept = _demonstration(service)
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET.split())
        heavy = [
            f"{name}.png has {size} bytes; at most {MOST_BYTES} are allowed"
            for name, size in _pictures(browser, service, kept)
            if size > MOST_BYTES
        ]
        browser.close()
    if heavy:
        sys.exit("\n".join(heavy))


def _demonstration(service: Service) -> Kept:
    path = service.config.instance_path / "demonstration.json"
    with service.app.app_context():
        load_demonstration(path)
    return read_kept(path)


def _pictures(browser: Browser, service: Service, kept: Kept) -> list[tuple[str, int]]:
    """Take each picture; returns its name and its size in bytes."""
    home = f"{service.address}/p/{SLUG}/"
    public = _open(browser, home)
    public.set_viewport_size({**SIZE, "height": 1160})  # down to the ways to take part
    sizes = [_take(public, "public")]
    public.goto(f"{home}programmes")
    for link in ("Waiting well", "What was found, and what was answered", "1. "):
        public.get_by_role("link", name=link).first.click()
    sizes.append(_take(public, "chain"))
    resident = _open(browser, f"{home}me/enter")
    resident.get_by_label("Enter your code").fill(kept.member_code)
    resident.get_by_role("button", name="Continue").click()
    resident.goto(f"{home}me/about/disability")
    sizes.append(_take(resident, "resident"))
    for name, email, path in (
        ("facilitator", "facilitator@example.org", "facilitate/residents"),
        ("officer", "officer@example.org", "plan/"),
        ("admin", "admin@example.org", "admin/staff"),
    ):
        page = _open(browser, f"{home}staff/sign-in")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(kept.passwords[email])
        page.get_by_role("button", name="Continue").click()
        code = pyotp.TOTP(kept.keys[email]).at(int(time.time()))
        page.get_by_label("Enter the code from your app").fill(code)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()
        page.goto(f"{home}{path}")
        sizes.append(_take(page, name))
    return sizes


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport=SIZE, device_scale_factor=SCALE).new_page()
    page.goto(address)
    return page


def _take(page: Page, name: str) -> tuple[str, int]:
    return name, len(page.screenshot(path=FOLDER / f"{name}.png"))


if __name__ == "__main__":
    main()
