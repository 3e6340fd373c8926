"""Setting panels up, and what they are to look like, as facilitators and officers do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from engagement.accounts.rules import Role
from engagement.panels.models import Panel
from engagement.panels.queries import features_of, find_panel
from engagement.panels.rules import Recruitment
from engagement.panels.service import add_feature
from engagement.places.rules import ReferenceKind
from engagement.programmes import service as programmes
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import ActivityPlan
from tests.client import CheckedClient
from tests.factories import Programme, World
from tests.factories.panels import PLAN, letters_for, panel_of, register
from tests.factories.places import import_text, reference_data
from tests.web.visits import rows

Browse = Callable[[], CheckedClient]
DOOR = "/p/north/facilitate"
NEW = {
    "recruitment": "volunteers",
    "remit": "What would make waiting easier?",
    "size": "9",
    "eligibility": "On a planned-care waiting list",
    "closes_on-day": "31",
    "closes_on-month": "3",
    "closes_on-year": "2027",
}


@pytest.fixture
def programme(world: World) -> Programme:
    """A programme without a panel."""
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


def activity(world: World, programme: Programme, *, convened: bool = True) -> str:
    """A citizens' panel that is not opened yet."""
    with world.north.inside():
        if convened:
            panel_of(programme)
        plan = ActivityPlan(ActivityKind.CITIZENS_PANEL, "Panel on planned care")
        return programmes.add_activity(None, programme.public_id, plan)


def refused(answer: Any, words: str) -> None:
    assert answer.status_code == 200
    assert "<title>Error: " in answer.text
    assert words in answer.text


# Opening one


def test_a_panel_is_opened_for_an_activity_and_leads_on_to_its_targets(
    app: Flask, world: World, programme: Programme, client: CheckedClient
) -> None:
    key = activity(world, programme)
    listed = client.get(f"{DOOR}/programmes/{programme.public_id}/panels").text
    path = f"{DOOR}/programmes/{programme.public_id}/open-panel/{key}"
    assert f'href="{path}"' in listed
    answer = client.send(path, NEW)
    assert re.fullmatch(rf"{DOOR}/panels/[\w-]+/targets", answer.location)
    assert (Recruitment.VOLUNTEER, 9) in rows(app, Panel.recruitment, Panel.size)
    page = client.get(answer.location.removesuffix("/targets")).text
    assert "30 March" not in page
    assert "31 March 2027" in page
    again = client.get(path)
    assert (again.status_code, f"{again.location}/targets") == (303, answer.location)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"remit": ""}, "Enter the remit"),
        ({"recruitment": ""}, "Choose how its people come to it"),
        ({"size": "many"}, "Number of seats must be a whole number"),
        ({"size": "1"}, "Number of seats must be 2 or more"),
        ({"least_age": "40", "most_age": "20"}, "The oldest age must not be below the youngest"),
        ({"closes_on-day": "31", "closes_on-month": "2"}, "must be a real date"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    world: World, programme: Programme, client: CheckedClient, change: dict[str, str], words: str
) -> None:
    key = activity(world, programme)
    path = f"{DOOR}/programmes/{programme.public_id}/open-panel/{key}"
    answer = client.send(path, {**NEW, **change})
    refused(answer, words)
    assert "On a planned-care waiting list" in answer.text


def test_without_a_second_convenor_it_is_said_what_is_missing_and_where_to_mend_it(
    app: Flask, world: World, programme: Programme, client: CheckedClient, browse: Browse
) -> None:
    key = activity(world, programme, convened=False)
    path = f"{DOOR}/programmes/{programme.public_id}/open-panel/{key}"
    for answer in (client.get(path), client.send(path, NEW)):
        assert "another organisation that convenes it together with" in answer.text
        assert "An officer of the programme says who convenes it." in answer.text
    assert rows(app, Panel.id) == []
    officer = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    mend = f'href="/p/north/plan/programmes/{programme.public_id}/convenors"'
    assert mend in officer.get(path).text


def test_an_activity_that_is_no_panel_cannot_be_opened_as_one(
    world: World, programme: Programme, client: CheckedClient
) -> None:
    with world.north.inside():
        plan = ActivityPlan(ActivityKind.OPEN_CONVERSATION, "Talk")
        key = programmes.add_activity(None, programme.public_id, plan)
    answer = client.get(f"{DOOR}/programmes/{programme.public_id}/open-panel/{key}")
    assert answer.status_code == 404


def test_a_programme_without_panels_says_what_to_do(
    client: CheckedClient, programme: Programme
) -> None:
    page = client.get(f"{DOOR}/programmes/{programme.public_id}/panels").text
    assert "This programme has no panel." in page


def test_the_panels_are_found_from_the_pages_of_the_programme(
    world: World, programme: Programme, client: CheckedClient, browse: Browse
) -> None:
    link = f'href="{DOOR}/programmes/{programme.public_id}/panels"'
    assert link in client.get(f"{DOOR}/").text
    officer = browse().be(world.north.session(world.north.staff(Role.OFFICER)))
    assert link in officer.get(f"/p/north/plan/programmes/{programme.public_id}").text


@pytest.mark.parametrize("more", ["", "/edit", "/targets", "/targets/own", "/targets/sex", "/pool"])
def test_whose_programme_it_is_not_finds_no_panel(
    world: World, panel: str, browse: Browse, more: str
) -> None:
    elsewhere = world.north.programme("Another")
    for token in (
        world.north.session(world.north.staff(Role.FACILITATOR, programme=elsewhere)),
        world.north.session(world.north.staff(Role.BOARD_MEMBER)),
    ):
        assert browse().be(token).get(f"{DOOR}/panels/{panel}{more}").status_code == 404
    south = browse().be(world.south.session(world.south.staff(Role.FACILITATOR)))
    assert south.get(f"/p/south/facilitate/panels/{panel}{more}").status_code == 404


# Changing it


def test_once_somebody_registered_the_seats_stay_and_it_is_said_why(
    world: World, panel: str, client: CheckedClient
) -> None:
    with world.north.inside():
        register(panel, letters_for(panel, 1)[0])
    path = f"{DOOR}/panels/{panel}/edit"
    same = {"recruitment": "drawn by lot", "remit": "Another remit", "size": "4"}
    refused(client.send(path, {**same, "size": "9"}), "Somebody has registered already")
    refused(client.send(path, {**same, "recruitment": "volunteers"}), "Somebody has registered")
    assert client.send(path, same).status_code == 303
    assert "Another remit" in client.get(f"{DOOR}/panels/{panel}").text


def test_another_size_says_to_look_at_the_targets_again(panel: str, client: CheckedClient) -> None:
    path = f"{DOOR}/panels/{panel}/edit"
    client.send(path, {"recruitment": "drawn by lot", "remit": "Remit", "size": "12"})
    assert "look at the targets again" in client.get(f"{DOOR}/panels/{panel}").text
    assert (
        "That does not fit: change the targets."
        in client.get(f"{DOOR}/panels/{panel}/targets").text
    )


PAGES = ["", "/targets", "/targets/own", "/targets/sex", "/targets/sex/figures", "/pool"]
PAGES += ["/pool/people"]


def test_a_panel_of_volunteers_says_so_on_every_page_and_never_stands_for_anybody(
    world: World, programme: Programme, client: CheckedClient
) -> None:
    with world.north.inside():
        own = panel_of(programme, replace(PLAN, recruitment=Recruitment.VOLUNTEER))
        drawn = panel_of(programme, mark="drawn")
    for page in PAGES:
        text = client.get(f"{DOOR}/panels/{own}{page}").text
        assert "Volunteers, not drawn by lot" in text, page
        for claim in ("represent", "looks like the area", "Drawn by lot", "cross-section"):
            assert claim not in text, (page, claim)
        assert "Volunteers, not drawn by lot" not in client.get(f"{DOOR}/panels/{drawn}{page}").text
    listed = client.get(f"{DOOR}/programmes/{programme.public_id}/panels").text
    assert listed.count("Volunteers, not drawn by lot") == 1


# What it is to look like


def test_targets_stand_beside_people_shares_source_and_a_check_of_the_sums(
    panel: str, client: CheckedClient
) -> None:
    page = client.get(f"{DOOR}/panels/{panel}/targets").text
    for words in (
        "5,100 (51%)",
        "Source: Census 2021",
        "1 to 3 seats",
        "The least seats add up to 2 and the most to 6, for 4 seats. That fits.",
    ):
        assert words in page, words


def test_a_known_question_comes_with_seats_from_imported_figures(
    world: World, programme: Programme, panel: str, client: CheckedClient
) -> None:
    with world.north.inside():
        reference_data()
        import_text(
            ReferenceKind.CENSUS_SEX,
            "lsoa21_code,female,male\nE01000001,700,500\nE01000002,700,500\n"
            "E01000003,700,500\nE01000004,700,500\n",
        )
        programmes.set_places(None, programme.public_id, ["NHS Riverbank"], ["All"])
    path = f"{DOOR}/panels/{panel}/targets"
    answer = client.send(path, {"feature": "deprivation"})
    assert answer.location == f"{path}#feature-deprivation"
    page = client.get(path).text
    assert "Most deprived fifth of England" in page
    assert "Source: Index of Multiple Deprivation," in page
    figures = f"{path}/deprivation/figures"
    assert "Core20: Most deprived fifth of England" in client.get(figures).text
    wish = {"value": "1", "times": "1.2", "reason": "They wait longest"}
    refused(client.send(figures, {**wish, "reason": ""}), "Enter why they are to have more")
    refused(client.send(figures, {**wish, "times": "0.5"}), "from 1.1 to 5")
    refused(client.send(figures, {**wish, "times": "5"}), "would leave nothing for the others")
    assert client.send(figures, wish).status_code == 303
    page = client.get(path).text
    assert (
        "Core20: Most deprived fifth of England: 1.2 times its share of the population."
        " They wait longest" in page
    )
    with world.north.inside():
        found = find_panel(None, panel)
        assert found is not None
        row = next(r for r in features_of(found.id) if r.feature.key == "deprivation")
    first = row.targets[0]
    assert (first.value, first.population, first.least, first.most) == ("1", 2400, 2, 3)


def test_without_imported_figures_it_is_said_how_to_import_them(
    panel: str, client: CheckedClient
) -> None:
    path = f"{DOOR}/panels/{panel}/targets"
    client.send(path, {"feature": "tenure"})
    assert "No seats are set yet." in client.get(path).text
    page = client.get(f"{path}/tenure/figures").text
    assert "No figures about this are imported" in page
    assert "engagement reference import" in page
    refused(client.send(path), "Choose what it is to be balanced by")
    refused(client.send(path, {"feature": "shoe size"}), "Choose from the answers on the page")


def test_a_question_of_its_own_gets_its_seats_and_the_officers_source(
    panel: str, client: CheckedClient
) -> None:
    path = f"{DOOR}/panels/{panel}/targets"
    own = {"title": "Do you have a long-term condition?", "why": "They use care most."}
    refused(client.send(f"{path}/own", {**own, "answers": "Yes"}), "from 2 to 20 answers")
    refused(client.send(f"{path}/own", {**own, "answers": "Yes\n yes "}), "two lines are the same")
    refused(client.send(f"{path}/own"), "Enter the question")
    answer = client.send(f"{path}/own", {**own, "answers": "Yes\n\nNo, <none>\n"})
    assert answer.location == f"{path}/own-2"
    seats = {"least-1": "2", "most-1": "3", "people-1": "40,000"}
    seats |= {"least-2": "1", "most-2": "2", "people-2": "60000"}
    refused(client.send(answer.location, seats), "Enter where the figures come from")
    seats["source"] = "GP Patient Survey 2025"
    assert client.send(answer.location, seats).status_code == 303
    page = client.get(path).text
    assert "40,000 (40%)" in page
    assert "Source: GP Patient Survey 2025" in page
    assert "No, &lt;none&gt;" in page
    wish = {"value": "c1", "times": "1.5", "reason": "PLUS: people with several conditions"}
    assert client.send(f"{answer.location}/figures", wish).status_code == 303
    assert "Yes: 1.5 times its share of the population." in client.get(path).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"least-1": "3", "most-1": "2"}, "cannot be more than its most"),
        ({"most-1": "1", "most-2": "1"}, "fewer than the seats"),
        ({"least-1": "3", "least-2": "3"}, "more than the seats"),
        ({"least-1": ""}, "Enter the least seats: Female"),
        ({"most-2": "40"}, "Most seats: Male must be 4 or fewer"),
        ({"people-1": "-3"}, "People in the area (optional): Female must be 0 or more"),
    ],
)
def test_seats_that_do_not_fit_are_refused_where_they_are_wrong(
    panel: str, client: CheckedClient, change: dict[str, str], words: str
) -> None:
    path = f"{DOOR}/panels/{panel}/targets/sex"
    good = {"least-1": "1", "most-1": "3", "least-2": "1", "most-2": "3", "source": "Census"}
    answer = client.send(path, {**good, **change})
    refused(answer, words)
    assert re.search(r'error-summary[\s\S]*href="#(least|most|people)-[12]"', answer.text)


def test_a_question_is_removed_and_not_any_more_once_somebody_registered(
    world: World, panel: str, client: CheckedClient
) -> None:
    path = f"{DOOR}/panels/{panel}/targets"
    assert client.send(f"{path}/age/remove", page=path).location == path
    assert "How old are you?" not in client.get(path).text.partition("Add a question")[0]
    token = client.token(path)
    with world.north.inside():
        add_feature(None, panel, "age")
        who = letters_for(panel, 1)[0]
        register(panel, who)
    for more in ("/sex/remove", "/nothing/remove"):
        client.post(f"{path}{more}", data={"csrf_token": token})
    page = client.get(path).text
    assert "what people are asked stays as it is" in page
    assert "What is your sex?" in page
    assert "Add it" not in page


def test_a_feature_that_the_panel_does_not_have_is_not_there(
    panel: str, client: CheckedClient
) -> None:
    for more in ("tenure", "tenure/figures", "own-9"):
        assert client.get(f"{DOOR}/panels/{panel}/targets/{more}").status_code == 404
    token = client.token(f"{DOOR}/panels/{panel}/targets")
    answer = client.post(f"{DOOR}/panels/{panel}/targets/tenure/remove", data={"csrf_token": token})
    assert answer.status_code == 404


def test_what_is_set_is_shown_to_be_changed(panel: str, client: CheckedClient) -> None:
    page = client.get(f"{DOOR}/panels/{panel}/targets/sex").text
    assert 'value="Census 2021"' in page
    assert 'value="5100"' in page


def test_an_answer_left_empty_has_no_target(
    world: World, panel: str, client: CheckedClient
) -> None:
    path = f"{DOOR}/panels/{panel}/targets/age"
    seats = {f"{name}-{number}": "2" for number in (2, 3, 4) for name in ("most", "people")}
    seats |= {f"least-{number}": "1" for number in (2, 3, 4)}
    empty = {f"{name}-{number}": "" for number in (1, 5, 6) for name in ("least", "most", "people")}
    assert client.send(path, {**empty, **seats, "source": "Census"}).status_code == 303
    with world.north.inside():
        found = find_panel(None, panel)
        assert found is not None
        age = next(row for row in features_of(found.id) if row.feature.key == "age")
    assert [target.value for target in age.targets] == ["16-24", "25-34", "35-49"]
