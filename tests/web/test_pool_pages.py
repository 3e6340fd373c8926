"""The pool desk: who is missing, what letters bring, test draws, and callers who withdraw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from engagement.accounts.rules import Role
from engagement.database import clock
from engagement.database.columns import new_public_id
from engagement.database.transactions import transaction
from engagement.extensions import db
from engagement.jobs.execution import carry_out
from engagement.panels.models import (
    Panel,
    Registration,
    RegistrationAnswer,
)
from engagement.panels.queries import find_panel
from engagement.panels.rules import Route
from engagement.panels.service import remove_feature
from engagement.people.models import Consent, Resident
from engagement.people.rules import ContactBy, GivenHow
from engagement.people.service import change_own_details
from tests.architecture.test_queries_per_page import counted_statements
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.panels import letters_for, panel_of, pool_of, register
from tests.web.visits import rows

Browse = Callable[[], CheckedClient]
DOOR = "/p/north/facilitate"
MANY = 5_000


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme with a panel."""
    return world.north.programme("Waiting well")


@pytest.fixture
def panel(world: World, programme: Programme) -> str:
    """A panel of four, balanced by sex, age and a question of its own."""
    with world.north.inside():
        return panel_of(programme)


@pytest.fixture
def client(world: World, browse: Browse, programme: Programme) -> CheckedClient:
    """A facilitator of the programme and of no other."""
    staff = world.north.staff(Role.FACILITATOR, programme=programme)
    return browse().be(world.north.session(staff))


@pytest.fixture
def desk(panel: str) -> str:
    """The address of the pool desk."""
    return f"{DOOR}/panels/{panel}/pool"


def test_an_empty_pool_says_who_is_missing_and_that_no_letters_went_out(
    client: CheckedClient, desk: str
) -> None:
    page = client.get(desk).text
    assert "At risk: too few for the least" in page
    assert "0 registered, for at least 2 seats." in page
    assert "No letters have been made yet." in page
    assert "Nobody has tried yet." in page
    assert "For those who recruit this panel, and nobody else." in page


def test_without_targets_the_desk_says_where_to_set_them(
    world: World, panel: str, client: CheckedClient, desk: str
) -> None:
    with world.north.inside():
        for key in ("sex", "age", "own-1"):
            remove_feature(None, panel, key)
    page = client.get(desk).text
    assert "There are no targets yet" in page
    assert f'href="{DOOR}/panels/{panel}/targets"' in page


def test_the_gauge_shows_each_quota_in_words_with_a_chart_and_its_table(
    world: World, panel: str, client: CheckedClient, desk: str
) -> None:
    with world.north.inside():
        pool_of(panel)
    page = client.get(desk).text
    assert "Nobody, as far as the targets tell" in page
    assert "Enough" in page
    assert page.count("See these figures as a table") == 3
    assert "Share of the seats, and of those who registered" in page


def test_a_batch_tells_what_more_letters_would_bring(
    world: World, panel: str, client: CheckedClient, desk: str
) -> None:
    with world.north.inside():
        letters = letters_for(panel, 40)
        for letter in islice(letters, 4):
            register(panel, letter, "female", "25-34", "c2")
    page = client.get(desk).text
    assert "So far 40 letters brought 4 registrations." in page
    assert "10.0%" in page
    assert "Nobody like this has answered a letter yet" in page
    page = client.get(f"{desk}?letters=1000").text
    assert "1,000 more letters would bring about 100 registrations, most likely" in page
    assert "After more letters, about" in page


@pytest.mark.parametrize("letters", ["0", "many", "", "-5", "99999999999"])
def test_a_number_of_letters_that_is_none_is_refused(
    world: World, panel: str, client: CheckedClient, desk: str, letters: str
) -> None:
    with world.north.inside():
        register(panel, letters_for(panel, 2)[0])
    page = client.get(f"{desk}?letters={letters}").text
    assert "<title>Error: " in page
    assert 'href="#letters"' in page


def test_a_test_draw_is_tried_and_told_in_words_and_names_nobody(
    app: Flask, world: World, panel: str, client: CheckedClient, desk: str
) -> None:
    with world.north.inside():
        people = pool_of(panel)
    answer = client.send(f"{desk}/test-draw", page=desk)
    page = client.get(answer.location).text
    assert "It waits for its turn." in page
    assert "A test draw is under way." in client.get(desk).text
    with world.north.inside():
        carry_out(app, answer.location.rpartition("/")[2])
    page = client.get(answer.location).text
    assert "A panel can be drawn: 4 seats from 16 people, with all targets met." in page
    assert "Everybody who registered has a chance." in page
    assert "Nobody was chosen" in page
    assert not any(who.reference in page for who in people)
    part = client.get(answer.location, headers={"HX-Request": "true"})
    assert part.status_code == 286
    assert "A panel can be drawn" in client.get(desk).text
    with world.north.inside():
        register(panel, letters_for(panel, 1)[0])
    assert "The pool has changed since" in client.get(desk).text


def test_what_would_have_to_give_is_told_in_words(
    app: Flask, world: World, panel: str, client: CheckedClient, desk: str
) -> None:
    with world.north.inside():
        for letter in letters_for(panel, 6):
            register(panel, letter, "female", "25-34")
        run = client.send(f"{desk}/test-draw", page=desk).location.rpartition("/")[2]
        carry_out(app, run)
    page = client.get(desk).text
    assert "No panel of these people meets all targets." in page
    assert "Male: lower the least seats from 1 to 0." in page


def test_a_run_of_another_panel_or_kind_is_not_there(
    world: World, programme: Programme, panel: str, client: CheckedClient, desk: str
) -> None:
    from engagement.panels.feasibility import request_test_draw
    from engagement.runs.service import request_run

    with world.north.inside():
        other = request_test_draw(None, panel_of(programme, mark="other"))
        kind = request_run("audit_check", {})
    for run in (other, kind, "none"):
        assert client.get(f"{desk}/test-draw/{run}").status_code == 404


def test_those_who_may_be_there_twice_are_flagged_and_found(
    world: World, panel: str, client: CheckedClient, desk: str
) -> None:
    with world.north.inside():
        one, other = letters_for(panel, 2)
        for letter, word in ((one, "a heron"), (other, "b heron")):
            who = register(panel, letter, word=word)
            change_own_details(
                who.resident_id, "Ada <Brown>", "ada@example.net", "", "", ContactBy.EMAIL
            )
        register(panel, one, word="c heron")
    page = client.get(desk).text
    assert f'href="{desk}/people?show=double"' in page
    page = client.get(f"{desk}/people?show=double").text
    assert page.count("perhaps registered twice") == 2
    assert "1 other of this home" in client.get(f"{desk}/people?show=household").text
    found = client.send(f"{desk}/people", {"search": "ada <brown>"}).text
    assert "2 people match" in found
    assert "Ada &lt;Brown&gt;" in found
    assert "0 people match" in client.send(f"{desk}/people", {"search": "nobody at all"}).text
    assert client.send(f"{desk}/people").location == f"{desk}/people"
    for wrong in ("show=somebody", "page=0", "page=2", "page=x"):
        assert client.get(f"{desk}/people?{wrong}").status_code == 404


def test_somebody_who_calls_is_withdrawn_in_one_step(
    app: Flask, world: World, panel: str, client: CheckedClient, desk: str
) -> None:
    with world.north.inside():
        who = register(panel, letters_for(panel, 1)[0])
        (key,) = db.session.scalars(select(Registration.public_id))
    person = f"{desk}/people/{key}"
    assert who.reference in client.get(person).text
    for _ in range(2):
        answer = client.post(
            f"{person}/withdraw", data={"csrf_token": client.token(f"{desk}/people")}
        )
        assert answer.location == f"{desk}/people"
    assert rows(app, RegistrationAnswer.id) == []
    page = client.get(person).text
    assert "Their answers are deleted." in page
    assert "Withdraw them" not in page
    assert who.reference in client.get(f"{desk}/people?show=withdrawn").text
    token = client.token(desk)
    for wrong in ("nobody", "x"):
        assert client.get(f"{desk}/people/{wrong}").status_code == 404
        answer = client.post(f"{desk}/people/{wrong}/withdraw", data={"csrf_token": token})
        assert answer.status_code == 404


def many_registrants(panel: str) -> None:
    """Thousands of registrants, put in as rows: as use cases they would take minutes."""
    found = find_panel(None, panel)
    assert found is not None
    own = db.session.execute(select(Panel.partnership_id).where(Panel.id == found.id)).scalar_one()
    base: dict[str, Any] = {"partnership_id": own}
    now = clock.now()
    with transaction():
        connection = db.session.connection()

        def put(table: Any, made: list[dict[str, Any]]) -> None:
            connection.execute(insert(table.__table__), [base | row for row in made])

        def keys(table: Any) -> list[int]:
            column = table.__table__.c.id
            return [row[0] for row in connection.execute(select(column).order_by(column))]

        put(
            Resident,
            [
                {
                    "public_id": new_public_id(),
                    "name": f"Ada {number}",
                    "email": "",
                    "phone": "01632 960 001",
                    "address": "",
                    "contact_by": ContactBy.PHONE,
                    "created_at": now,
                    "last_active_at": now,
                }
                for number in range(MANY)
            ],
        )
        residents = keys(Resident)[-MANY:]
        put(
            Registration,
            [
                {
                    "public_id": new_public_id(),
                    "panel_id": found.id,
                    "resident_id": resident,
                    "pool_id": new_public_id(),
                    "reference": f"R{number}",
                    "household": None,
                    "route": Route.ONLINE,
                    "begun_at": now - timedelta(days=1),
                    "sent_at": now,
                }
                for number, resident in enumerate(residents)
            ],
        )
        put(
            Consent,
            [
                {
                    "resident_id": resident,
                    "purpose": "draw",
                    "wording": "w/1",
                    "wording_text": "words",
                    "given_how": GivenHow.ONLINE,
                    "given_at": now,
                }
                for resident in residents
            ],
        )
        answers = {"sex": ("female", "male"), "age": ("16-24", "75-plus"), "own-1": ("c1", "c2")}
        put(
            RegistrationAnswer,
            [
                {
                    "registration_id": registration,
                    "consent_id": consent,
                    "feature": feature,
                    "value": values[registration % 2],
                    "answered_at": now,
                }
                for registration, consent in zip(keys(Registration), keys(Consent), strict=True)
                for feature, values in answers.items()
            ],
        )


def test_the_desk_of_5000_registrants_asks_fewer_than_ten_questions(
    app: Flask, world: World, panel: str, client: CheckedClient, desk: str
) -> None:
    with world.north.inside():
        many_registrants(panel)
    for path, most in ((f"{desk}?letters=500", 9), (f"{desk}/people", 6)):
        with counted_statements(app) as asked:
            page = client.get(path).text
        assert "5,000" in page or "5000" in page
        assert len(asked) <= most, asked
    assert len(page.encode()) < 150_000


def test_batches_that_nobody_sent_or_answered_do_not_dilute_the_response(
    world: World, panel: str, client: CheckedClient, desk: str
) -> None:
    with world.north.inside():
        register(panel, letters_for(panel, 10)[0])
        letters_for(panel, 90)
    assert "So far 10 letters brought 1 registration." in client.get(desk).text
