"""A file reaches nobody but whom it is for, and only as long as it may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from engagement.accounts.models import SignInSession
from engagement.accounts.rules import Role, session_limit
from engagement.accounts.service import disable_staff
from engagement.files.errors import FileMissing
from engagement.files.models import StoredFile
from engagement.files.service import delete_expired_files, keep_file, open_file
from engagement.runs.service import request_run
from tests.architecture.routes import Visitor
from tests.factories import Staff, World
from tests.past import move_back

CONTENT = b"place,answers\nharbour,canary-in-a-file\n" * 1000
A_DAY = timedelta(days=1)
LIMIT = session_limit(frozenset({Role.ADMINISTRATOR}))


class Download:
    """A file that a run of north made, its administrator, and the browser of that person."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.north, self.south = app, world.north, world.south
        with self.north.inside():
            self.run = request_run("audit_check", {})
            self.file = keep_file(self.run, "answers.csv", "text/csv", [CONTENT], A_DAY).public_id
        self.administrator = self.north.staff(Role.ADMINISTRATOR)
        self.address = f"/p/north/admin/runs/{self.run}/files/{self.file}"
        self.browser = self.browser_of(self.administrator)

    def browser_of(self, who: Staff) -> Visitor:
        return Visitor(self.app, self.north.session(who))

    def fetch(self, browser: Visitor | None = None, address: str = "") -> bytes:
        return (browser or self.browser).ask("GET", address or self.address).data


@pytest.fixture
def download(app: Flask, world: World) -> Download:
    return Download(app, world)


def test_whom_it_is_for_gets_every_byte_as_an_attachment(download: Download) -> None:
    """Without this the tests below would prove nothing."""
    answer = download.browser.ask("GET", download.address)
    assert answer.data == CONTENT
    assert answer.headers["Content-Disposition"] == "attachment; filename=answers.csv"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].startswith("text/csv")


def _without_a_session(download: Download) -> None:
    download.browser = Visitor(download.app)


def _as_somebody_without_the_role(download: Download) -> None:
    roles = set(Role) - {Role.ADMINISTRATOR}
    download.browser = download.browser_of(download.north.staff(*roles))


def _as_a_resident(download: Download) -> None:
    resident = download.north.resident()
    download.browser = Visitor(download.app, download.north.session(resident))


def _as_staff_of_another_partnership(download: Download) -> None:
    somebody = download.south.staff(*Role)
    download.browser = Visitor(download.app, download.south.session(somebody))


def _from_another_partnerships_address(download: Download) -> None:
    _as_staff_of_another_partnership(download)
    download.address = download.address.replace("/p/north/", "/p/south/")


def _by_the_number_of_another_run(download: Download) -> None:
    with download.north.inside():
        other = request_run("audit_check", {})
    download.address = download.address.replace(download.run, other)


def _after_signing_out(download: Download) -> None:
    assert download.browser.ask("POST", "/p/north/sign-out").status_code == 303


def _after_signing_out_with_the_old_cookie(download: Download) -> None:
    token = download.north.session(download.administrator)
    Visitor(download.app, token).ask("POST", "/p/north/sign-out")
    download.browser = Visitor(download.app, token)


def _after_the_idle_limit(download: Download) -> None:
    move_back(download.app, SignInSession.last_seen_at, LIMIT.idle)


def _after_the_absolute_limit(download: Download) -> None:
    move_back(download.app, SignInSession.ends_at, LIMIT.absolute)


def _after_the_account_is_closed(download: Download) -> None:
    download.north.staff(Role.ADMINISTRATOR)
    with download.north.inside():
        disable_staff(download.administrator.public_id)


def _after_the_file_has_expired(download: Download) -> None:
    move_back(download.app, StoredFile.expires_at, A_DAY)


def _after_the_file_was_deleted(download: Download) -> None:
    _after_the_file_has_expired(download)
    with download.north.inside():
        assert delete_expired_files() == 1


@pytest.mark.parametrize(
    "happened",
    [
        _without_a_session,
        _as_somebody_without_the_role,
        _as_a_resident,
        _as_staff_of_another_partnership,
        _from_another_partnerships_address,
        _by_the_number_of_another_run,
        _after_signing_out,
        _after_signing_out_with_the_old_cookie,
        _after_the_idle_limit,
        _after_the_absolute_limit,
        _after_the_account_is_closed,
        _after_the_file_has_expired,
        _after_the_file_was_deleted,
    ],
    ids=lambda happened: happened.__name__.strip("_").replace("_", " "),
)
def test_not_one_byte_is_sent(download: Download, happened: Callable[[Download], None]) -> None:
    happened(download)
    for method in ("GET", "HEAD"):
        answer = download.browser.ask(method, download.address)
        assert answer.status_code in (303, 404)
        assert b"canary" not in answer.data
        assert "answers.csv" not in str(answer.headers)


def test_the_store_itself_opens_nothing_that_has_expired_or_is_anothers(
    download: Download,
) -> None:
    """Whatever page asks for it, one day."""
    with download.south.inside(), pytest.raises(FileMissing):
        open_file(download.file)
    with download.north.inside():
        with open_file(download.file)[1] as content:
            assert content.read() == CONTENT
        _after_the_file_has_expired(download)
        with pytest.raises(FileMissing):
            open_file(download.file)


def test_a_file_that_vanished_from_the_store_is_not_there(download: Download) -> None:
    folder = download.app.extensions["engagement"].files_path
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    assert download.browser.ask("GET", download.address).status_code == 404


def test_the_page_of_a_run_names_no_file_that_has_expired(download: Download) -> None:
    page = f"/p/north/admin/runs/{download.run}"
    assert "answers.csv" in download.browser.ask("GET", page).text
    _after_the_file_has_expired(download)
    assert "answers.csv" not in download.browser.ask("GET", page).text
