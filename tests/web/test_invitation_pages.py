"""Invitations: the lottery of addresses looked at and held, its files, reminders, lost letters."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engagement.accounts.models import SignInSession
from engagement.accounts.rules import Role, session_limit
from engagement.accounts.service import disable_staff
from engagement.audit.models import AuditEntry
from engagement.extensions import db
from engagement.files.models import StoredFile
from engagement.panels import first_stage, mailing, service
from engagement.panels.errors import BatchMadeMeanwhile
from engagement.panels.models import Invitation, InvitationBatch
from engagement.panels.queries import find_panel
from engagement.people import service as people
from engagement.people.errors import CodeRefused
from tests.client import CheckedClient
from tests.factories import Staff, World
from tests.factories.panels import letters_for, panel_of, register
from tests.past import move_back

ADDRESSES = "".join(
    f'"{number} Mill Lane",Riverbank,RB1 {number % 9}AA,{number % 10 + 1}\r\n'
    for number in range(1, 201)
)
LIST = f"Street,Town,Postcode,Decile\r\n{ADDRESSES}"
WRONG = "Column What is wrong, and what to do"
HOSTEL = '"=2+3 Harbour House",Riverbank,RB9 9ZZ,1\r\n'
CHOICES = {
    "address": ["Street", "Town", "Postcode"],
    "strata": ["Decile"],
    "boosts": "Decile=1:3",
    "letters": "40",
    "communal": "Harbour House",
    "seed": "dice 4 2 6",
}


class Desk:
    """A facilitator of north with a panel."""

    def __init__(self, app: Flask, world: World, browse: Callable[[], CheckedClient]) -> None:
        self.app, self.world, self.north, self.browse = app, world, world.north, browse
        self.programme = world.north.programme("Waiting well")
        with self.north.inside():
            self.panel = panel_of(self.programme)
        self.facilitator = world.north.staff(Role.FACILITATOR)
        self.browser = self.browser_of(self.facilitator)
        self.at = f"/p/north/facilitate/panels/{self.panel}"

    def browser_of(self, who: Staff) -> CheckedClient:
        return self.browse().be(self.north.session(who))

    def put(self, content: str | bytes, browser: CheckedClient | None = None) -> TestResponse:
        content = content.encode() if isinstance(content, str) else content
        file = (io.BytesIO(content), "addresses.csv")
        return (browser or self.browser).send(f"{self.at}/addresses", {"file": file})

    def lottery(self, content: str = LIST) -> str:
        """The page of a list that was put."""
        answer = self.put(content)
        assert answer.status_code == 303, answer.text
        return str(answer.location)

    def batch(self, content: str = LIST, **changed: object) -> str:
        """The page of a batch that was made of a list."""
        page = self.lottery(content)
        looked = self.browser.send(page, {**CHOICES, **changed})
        after = re.search(r'name="after" value="(\d+)"', looked.text)
        assert after, looked.text
        made = self.browser.send(page, {**CHOICES, **changed, "take": "yes", "after": after[1]})
        assert made.status_code == 303, made.text
        return str(made.location)

    def file(self, batch: str, form: str, browser: CheckedClient | None = None) -> TestResponse:
        browser = browser or self.browser
        return browser.send(f"{batch}/files/{form}", page="/p/north/me/enter")

    def table(self, batch: str) -> list[dict[str, str]]:
        """The rows of a batch's table for a mailing house."""
        answer = self.file(batch, "csv")
        assert answer.status_code == 200, answer.location
        return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))

    def post(self, path: str, data: dict[str, str] | None = None) -> TestResponse:
        return self.browser.send(path, data, page="/p/north/me/enter")

    def count(self, table: type) -> int:
        with self.north.inside():
            return db.session.scalar(select(func.count()).select_from(table)) or 0

    def works(self, code: str) -> bool:
        with self.north.inside():
            try:
                people.look_up_code(code)
            except CodeRefused:
                return False
            return True


@pytest.fixture
def desk(app: Flask, world: World, browse: Callable[[], CheckedClient]) -> Desk:
    return Desk(app, world, browse)


def words_of(answer: TestResponse) -> str:
    """What a page says, its tags left out and its white space made one space."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_lottery_is_looked_at_before_it_is_held_and_shows_no_address(desk: Desk) -> None:
    page = desk.lottery(LIST + HOSTEL)
    looked = desk.browser.send(page, {**CHOICES, "seed": ""})
    said = words_of(looked)
    assert "Now roll the dice" in said
    assert "not of a person" in said
    assert "Mill Lane" not in said
    assert 'name="take"' not in looked.text
    assert desk.count(InvitationBatch) == 0
    assert 'name="take"' in desk.browser.send(page, CHOICES).text
    assert desk.count(InvitationBatch) == 0


def test_a_batch_keeps_the_chance_of_each_address_and_marks_shared_ones(desk: Desk) -> None:
    batch = desk.batch(LIST + HOSTEL, letters="201")
    with desk.north.inside():
        rows = db.session.scalars(select(Invitation)).all()
        assert len(rows) == 201
        assert {row.probability for row in rows} == {"1"}
        (shared,) = (row for row in rows if row.communal)
        assert shared.address == "=2+3 Harbour House\nRiverbank\nRB9 9ZZ"
    desk.batch(LIST.replace("Mill", "Hill"), letters="40")
    with desk.north.inside():
        rows = db.session.scalars(select(Invitation).where(Invitation.number > 201)).all()
        chances = {row.strata["Decile"]: row.probability for row in rows if row.strata}
        assert chances["1"] == "1/2"
        assert set(chances.values()) == {"1/2", "1/6"}
    said = words_of(desk.browser.get(batch))
    assert "dice 4 2 6" in said
    assert "Letters to shared addresses 1" in said


def test_the_same_list_and_seed_give_the_same_letters_and_nobody_two(desk: Desk) -> None:
    def invited() -> list[str]:
        with desk.north.inside():
            rows = db.session.scalars(select(Invitation).order_by(Invitation.number))
            return [row.address or "" for row in rows]

    desk.batch()
    first = invited()
    desk.batch()
    assert len(first) == 40
    assert len(set(invited())) == 80
    looked = desk.browser.send(desk.lottery(), {**CHOICES, "letters": "121"})
    assert "121 letters cannot go to 120 addresses" in words_of(looked)


def test_all_faults_of_a_list_are_told_together_and_nothing_is_made(desk: Desk) -> None:
    broken = LIST + ",,,\r\n,,RB1 1AA,3\r\n" + "1 Quay,Riverbank,RB1 1AA,3,,stray\r\n"
    page = desk.lottery(broken + '"1 mill lane",Riverbank,RB1 1AA,9\r\n')
    looked = desk.browser.send(
        page, {**CHOICES, "boosts": "Decile=77:2", "address": ["Street", "Town"], "letters": "9000"}
    )
    said = words_of(looked)
    assert f"Row 204 {WRONG} has more cells than there are headings" in said
    assert f"Row 205 {WRONG} has the address of row 2, and another value" in said
    assert "no address has “77”" in said
    assert "9,000 letters cannot go to" in said
    assert 'name="take"' not in looked.text
    looked = desk.browser.send(page, {**CHOICES, "boosts": "nonsense", "address": ["Street"]})
    said = words_of(looked)
    assert f"Row 203 {WRONG} has no address" in said
    assert "“nonsense” is no boost" in said
    looked = desk.browser.send(page, {**CHOICES, "take": "yes", "after": "0"})
    assert looked.status_code == 200
    assert "No letters can be made" in words_of(looked)
    assert desk.count(InvitationBatch) == desk.count(Invitation) == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a CSV file|The file is empty"),
        (b"PK\x03\x04 a spreadsheet", "This is a spreadsheet"),
        (b"\0\0", "This is not a CSV file"),
        (b"\r\n1 Mill Lane\r\n", "first row is blank"),
    ],
)
def test_what_is_no_list_is_refused_in_words(desk: Desk, content: bytes, words: str) -> None:
    answer = desk.put(content)
    assert answer.status_code == 200
    assert re.search(words, words_of(answer))


def test_without_columns_for_the_address_or_with_too_many_letters_the_form_says_so(
    desk: Desk,
) -> None:
    page = desk.lottery("a,b\r\n1,2\r\n")
    answer = desk.browser.send(page, {"letters": "50001"})
    said = words_of(answer)
    assert "Choose the columns that are printed as the address" in said
    assert "must be 50000 or fewer" in said


def test_without_targets_no_letter_is_made_and_the_page_says_why(desk: Desk) -> None:
    page = desk.lottery()
    with desk.north.inside():
        for key in ("sex", "age", "own-1"):
            service.remove_feature(None, desk.panel, key)
    assert "The panel has no targets yet" in words_of(desk.browser.get(f"{desk.at}/invitations"))
    answer = desk.browser.send(page, {**CHOICES, "take": "yes", "after": "0"})
    assert "The panel has no targets yet" in words_of(answer)
    handed = desk.browser.send(f"{desk.at}/hand-out", {"count": "3", "where": "Shelter"})
    assert "The panel has no targets yet" in words_of(handed)
    assert desk.count(InvitationBatch) == 0


def test_of_two_who_make_a_batch_at_once_the_second_looks_again(desk: Desk) -> None:
    page, other = desk.lottery(), desk.lottery()
    taken = {**CHOICES, "take": "yes", "after": "0"}
    assert desk.browser.send(page, taken).status_code == 303
    answer = desk.browser.send(other, taken)
    assert "another batch was made in the meantime" in words_of(answer)
    assert "Left out, since they were invited before 40" in words_of(answer)
    assert desk.count(Invitation) == 40
    assert desk.browser.send(other, {**taken, "after": "1"}).status_code == 303
    with desk.north.inside():
        numbers = db.session.scalars(select(Invitation.number)).all()
    assert sorted(numbers) == list(range(1, 81))
    assert desk.browser.get(page).status_code == 404, "a list is gone once its letters are made"


def test_a_batch_made_between_the_lottery_and_its_letters_is_noticed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_id = desk.lottery().rpartition("/")[2]
    real = first_stage.hold_lottery

    def interrupted(*given: object) -> first_stage.Lottery:
        found = real(*given)  # type: ignore[arg-type]
        letters_for(desk.panel, 1)
        return found

    monkeypatch.setattr(first_stage, "hold_lottery", interrupted)
    reading = first_stage.Reading(("Street",), (), (), 5, "dice")
    with desk.north.inside(), pytest.raises(BatchMadeMeanwhile):
        first_stage.make_batch(None, desk.panel, list_id, reading, 0)
    assert desk.count(Invitation) == 1


def test_the_table_for_a_mailing_house_has_all_that_a_letter_needs_and_runs_nothing(
    desk: Desk,
) -> None:
    rows = desk.table(desk.batch(LIST + HOSTEL, letters="201"))
    assert list(rows[0]) == [
        "number",
        "address_line_1",
        "address_line_2",
        "address_line_3",
        "code",
        "web_address",
        "entry_link",
        "telephone",
        "other_formats",
    ]
    assert len({row["code"] for row in rows}) == 201
    assert all(desk.works(row["code"]) for row in rows[:3])
    assert rows[0]["web_address"] == "engagement.test/north"
    assert rows[0]["entry_link"] == "https://engagement.test/north"
    assert rows[0]["other_formats"] == "Call us for large print, easy read or another language."
    (hostel,) = (row for row in rows if "Harbour House" in row["address_line_1"])
    assert hostel["address_line_1"] == "'=2+3 Harbour House"


def test_letters_come_as_pdf_with_the_panels_words_in_every_language_that_is_written(
    desk: Desk,
) -> None:
    desk.browser.send(f"{desk.at}/words/pl", {"text": "Szanowni Państwo,\n\n# Zaproszenie"})
    batch = desk.batch(letters="2")
    codes = [row["code"] for row in desk.table(batch)]
    for form in ("plain", "large"):
        answer = desk.file(batch, form)
        assert answer.mimetype == "application/pdf"
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]
        said = " ".join(" ".join(pages).split())
        assert all(code in said for code in codes)
        assert "What would make waiting for planned care easier" in said
        assert "£150 for the whole panel" in said
        assert "Call us for large print, easy read or another language." in said
        assert "Szanowni Państwo" in said
        assert "Healthwatch" in said
        assert "drawn by lot" in said


def test_a_letter_can_be_looked_at_and_changed_and_given_back_to_our_words(desk: Desk) -> None:
    page = f"{desk.at}/words/en"
    ours = re.search(r"<textarea[^>]*>\s*([^<]+)</textarea>", desk.browser.get(page).text)
    assert ours
    desk.browser.send(page, {"text": "Hello, neighbour"})
    sample = desk.post(f"{desk.at}/sample/plain")
    assert "Hello, neighbour" in PdfReader(io.BytesIO(sample.data)).pages[0].extract_text()
    assert "Somebody wrote these words" in desk.browser.get(f"{desk.at}/words").text
    desk.browser.send(page, {"text": ""})
    assert "These are our words" in desk.browser.get(f"{desk.at}/words").text
    assert desk.browser.get(f"{desk.at}/words/tlh").status_code == 404


def test_words_that_cannot_be_printed_are_told_and_not_printed_wrong(desk: Desk) -> None:
    desk.browser.send(f"{desk.at}/words/en", {"text": "Dear \U00013000"})
    answer = desk.post(f"{desk.at}/sample/plain")
    assert answer.status_code == 303
    assert "No font here has all the letters" in desk.browser.get(answer.location or "").text


def test_more_than_a_thousand_letters_come_as_a_table_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "MOST_PRINTED", 39)
    batch = desk.batch()
    assert "Letters come as PDF up to 39" in desk.browser.get(batch).text
    answer = desk.file(batch, "plain")
    assert answer.status_code == 303
    assert "too many letters for a PDF" in desk.browser.get(batch).text
    assert len(desk.table(batch)) == 40


def test_codes_handed_out_come_as_cards_and_say_where(desk: Desk) -> None:
    made = desk.browser.send(f"{desk.at}/hand-out", {"count": "9", "where": "Night shelter"})
    batch = str(made.location)
    cards = PdfReader(io.BytesIO(desk.file(batch, "cards").data))
    codes = [row["code"] for row in desk.table(batch)]
    said = " ".join(page.extract_text() for page in cards.pages)
    assert len(cards.pages) == 2
    assert all(code in said for code in codes)
    assert "Night shelter" in desk.browser.get(f"{desk.at}/invitations").text
    with desk.north.inside():
        assert set(db.session.scalars(select(Invitation.communal))) == {True}


# Who gets the codes


def _as_another_facilitator(desk: Desk) -> CheckedClient:
    return desk.browser_of(desk.north.staff(Role.FACILITATOR))


def _as_everybody_else(desk: Desk) -> CheckedClient:
    return desk.browser_of(desk.north.staff(*set(Role) - {Role.FACILITATOR}))


def _of_another_programme(desk: Desk) -> CheckedClient:
    other = desk.north.programme("Ageing well")
    return desk.browser_of(desk.north.staff(Role.FACILITATOR, programme=other))


def _without_a_session(desk: Desk) -> CheckedClient:
    return desk.browse()


def _after_signing_out(desk: Desk) -> CheckedClient:
    desk.post("/p/north/sign-out")
    return desk.browser


def _after_the_idle_limit(desk: Desk) -> CheckedClient:
    limit = session_limit(frozenset({Role.FACILITATOR}))
    move_back(desk.app, SignInSession.last_seen_at, limit.idle)
    return desk.browser


def _after_the_account_is_closed(desk: Desk) -> CheckedClient:
    with desk.north.inside():
        disable_staff(desk.facilitator.public_id)
    return desk.browser


def _after_a_day(desk: Desk) -> CheckedClient:
    move_back(desk.app, StoredFile.expires_at, timedelta(days=1))
    return desk.browser


def _after_they_were_deleted(desk: Desk) -> CheckedClient:
    with desk.north.inside():
        batch = db.session.scalars(select(InvitationBatch.public_id)).one()
    desk.post(f"{desk.at}/batches/{batch}/forget")
    return desk.browser


@pytest.mark.parametrize(
    "happened",
    [
        _as_another_facilitator,
        _as_everybody_else,
        _of_another_programme,
        _without_a_session,
        _after_signing_out,
        _after_the_idle_limit,
        _after_the_account_is_closed,
        _after_a_day,
        _after_they_were_deleted,
    ],
    ids=lambda happened: happened.__name__.strip("_").replace("_", " "),
)
@pytest.mark.parametrize("form", ["csv", "plain"])
def test_the_codes_reach_nobody_but_who_made_them_for_a_day(
    desk: Desk, happened: Callable[[Desk], CheckedClient], form: str
) -> None:
    batch = desk.batch(letters="2")
    codes = [row["code"] for row in desk.table(batch)]
    browser = happened(desk)
    answer = desk.file(batch, form, browser)
    assert answer.status_code in (303, 404)
    assert not any(code.encode() in answer.data for code in codes)
    assert b"%PDF" not in answer.data
    assert all(desk.works(code) for code in codes), "a code works on when it is not kept"


def test_what_is_kept_of_codes_is_sealed_and_each_download_is_recorded(desk: Desk) -> None:
    batch = desk.batch(letters="3")
    codes = [row["code"] for row in desk.table(batch)]
    folder = desk.app.extensions["engagement"].files_path
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert kept
    assert not any(code.encode() in kept for code in codes)
    with desk.north.inside():
        taken = db.session.scalars(
            select(AuditEntry.actor_id).where(AuditEntry.action == "invitation.codes taken")
        ).all()
    assert taken == [desk.facilitator.public_id]


# Later


def test_reminders_go_to_homes_from_which_nobody_came_in_with_codes_of_their_own(
    desk: Desk,
) -> None:
    batch = desk.batch(letters="5")
    rows = desk.table(batch)
    with desk.north.inside():
        (sample,) = letters_for(desk.panel, 1)
        answered = type(sample)(int(rows[0]["number"]), rows[0]["code"], "", "")
        register(desk.panel, answered, word="blue heron")
        people.begin_from_letter(rows[2]["code"], "red kite")
    assert "no reminder" not in desk.browser.get(batch).text
    desk.post(f"{batch}/sent")
    said = words_of(desk.browser.get(batch))
    assert "Make 3 reminders" in said
    assert "1 home gets no reminder: somebody there has begun and not sent yet." in said
    desk.post(f"{desk.at}/letters", {"numbers": rows[1]["number"], "what": "came back"})
    assert "Make 2 reminders" in desk.browser.get(batch).text
    desk.post(f"{batch}/reminder")
    again = desk.table(batch)
    assert [row["number"] for row in again] == [row["number"] for row in rows[3:]]
    assert all(desk.works(row["code"]) for row in (*again, rows[0], rows[2]))
    assert not any(desk.works(row["code"]) for row in rows[3:])
    with desk.north.inside():
        assert people.resident_of_letter(rows[2]["code"], "red kite")
    said = words_of(desk.browser.get(f"{desk.at}/invitations"))
    assert "5 Registered so far 1 For each 100 20.0" in said


def test_a_lost_letter_gets_a_new_code_shown_once_and_the_old_one_stops(desk: Desk) -> None:
    batch = desk.batch(letters="3")
    rows = desk.table(batch)
    page = f"{desk.at}/letters"
    answer = desk.browser.send(page, {"numbers": "1, 3", "what": "new code"})
    codes = re.findall(r'<code class="app-key">([^<]+)</code>', answer.text)
    assert len(codes) == 2
    assert all(desk.works(code) for code in codes)
    assert [desk.works(row["code"]) for row in rows] == [False, True, False]
    assert not any(code in desk.browser.get(page).text for code in codes)


def test_letters_that_are_not_there_are_named_and_nothing_is_changed(desk: Desk) -> None:
    rows = desk.table(desk.batch(letters="2"))
    page = f"{desk.at}/letters"
    answer = desk.browser.send(page, {"numbers": "1, 99, 100", "what": "new code"})
    assert "no letter 99, 100. Nothing was changed" in words_of(answer)
    assert all(desk.works(row["code"]) for row in rows)
    for numbers in ("one", "1.5", "-1", ",".join(map(str, range(60)))):
        answer = desk.browser.send(page, {"numbers": numbers, "what": "came back"})
        assert "Write up to 50 whole numbers" in words_of(answer)


def test_how_many_letters_it_takes_comes_from_the_targets_and_what_letters_bring(
    desk: Desk,
) -> None:
    answer = desk.browser.send(f"{desk.at}/letters-needed", {"response": "2.5", "per_seat": "3"})
    said = words_of(answer)
    # Four seats, three for each, of every hundred letters 2.5.
    assert "The whole panel Share of the people 100.0% Registrations wanted 12" in said
    assert "Letters to everybody 480" in said
    assert "nobody knows how many such people live here: Are you waiting" in said
    for response in ("0", "101", "many", "1/0", "-3", "1e9"):
        answer = desk.browser.send(
            f"{desk.at}/letters-needed", {"response": response, "per_seat": "3"}
        )
        assert "Write a number over 0" in words_of(answer)


def test_no_page_of_invitations_is_for_other_roles_or_other_partnerships(desk: Desk) -> None:
    batch = desk.batch(letters="2")
    south = desk.world.south
    stranger = desk.browse().be(south.session(south.staff(*Role)))
    officer = _as_everybody_else(desk)
    for path in (f"{desk.at}/invitations", batch, f"{desk.at}/words"):
        assert stranger.get(path).status_code in (303, 404)
        assert officer.get(path).status_code == 404
    with desk.north.inside():
        assert find_panel(frozenset(), desk.panel) is None
