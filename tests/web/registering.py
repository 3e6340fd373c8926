"""Somebody who registers for a panel, at a browser, and what is kept of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Flask

from engagement.database import clock
from engagement.panels import service
from engagement.panels.models import RegistrationAnswer
from engagement.panels.rules import Recruitment
from engagement.people import service as people
from engagement.people.models import Consent
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.panels import PLAN, letters_for, panel_of
from tests.factories.places import reference_data
from tests.web.visits import rows

NOT_SAID = "prefer-not-to-say"
WHERE = "where-you-live"
VOLUNTEERS = replace(PLAN, recruitment=Recruitment.VOLUNTEER)


@dataclass(frozen=True)
class Invited:
    """A panel, and somebody in front of a browser who has come in with a letter for it."""

    programme: Programme
    panel: str
    code: str
    resident: int
    browser: CheckedClient

    def at(self, page: str = "") -> str:
        """A page of the panel."""
        return f"/p/north/me/panels/{self.panel}{page and '/' + page}"

    def question(self, key: str) -> str:
        """The page of a question."""
        return self.at(f"questions/{key}")

    def answer_all(self) -> None:
        """Answer every question."""
        self.browser.send(self.at("begin"), page=self.at())
        for key, value in (("sex", "female"), ("age", "25-34"), ("own-1", "c1")):
            assert self.browser.send(self.question(key), {"answer": value}).status_code == 303

    def send(self) -> str:
        """Answer every question and send; returns the reference."""
        self.answer_all()
        assert self.browser.send(self.at("check")).location == self.at("receipt")
        found = re.search(r'class="app-key">([^<]+)<', self.browser.get(self.at("receipt")).text)
        assert found
        return found[1]


def come_in(browser: CheckedClient, code: str, word: str) -> None:
    browser.send("/p/north/me/enter", {"code": code})
    assert browser.send("/p/north/me/begin", {"return_word": word}).location == "/p/north/me/"


def invite(world: World, browser: CheckedClient, *, where: bool = False) -> Invited:
    with world.north.inside():
        if where:
            reference_data()
        programme = world.north.programme("Waiting well")
        panel = panel_of(programme, published=where, where=where)
        code = letters_for(panel, 1)[0].code
    come_in(browser, code, "blue heron")
    with world.north.inside():
        resident = people.resident_of_letter(code, "blue heron")
    return Invited(programme, panel, code, resident, browser)


def close(world: World, panel: str) -> None:
    with world.north.inside():
        past = clock.now() - timedelta(seconds=1)
        service.change_panel(None, panel, replace(PLAN, registration_closes_at=past))


def answers(app: Flask) -> dict[str, str]:
    return dict(
        tuple(row) for row in rows(app, RegistrationAnswer.feature, RegistrationAnswer.value)
    )


def standing_consents(app: Flask) -> list[Any]:
    found = rows(
        app, Consent.purpose, Consent.wording_text, Consent.given_how, Consent.withdrawn_at
    )
    return [row for row in found if row[3] is None]
