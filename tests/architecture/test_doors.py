"""Who is let in where: everybody, at every route, with what is theirs and what is not.

All of it is made from the URL map, so that a new route is tested from its first day.
"""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engagement.accounts.rules import PROGRAMME_ROLES, Role
from engagement.accounts.service import grant_role
from engagement.programmes.queries import find_programme
from engagement.programmes.rules import Topic
from engagement.web.access import Who, anyone
from tests.architecture.actors import ACTORS, Actor, Answer, Cast
from tests.architecture.routes import Route, Visitor, list_routes
from tests.architecture.samples import FORMS, SHARED, NoSample, Samples, canary, first_steps
from tests.architecture.snapshot import changed_tables, take_snapshot
from tests.factories import World

# Which rule a partnership's routes have, by the door that they are behind.
DOORS = {"me": Who.RESIDENT, "facilitate": Who.STAFF, "plan": Who.STAFF, "admin": Who.STAFF}
# Behind a door and yet for anyone: the ways in. Think twice before you add to it.
WAYS_IN = {
    "residents.ask_for_link",
    "residents.begin",
    "residents.come_back",
    "residents.enter_code",
    "residents.link_sent",
    "residents.use_link",
    "residents.welcome",
    "staff.ask_for_reset",
    "staff.enter_password",
    "staff.enter_second_factor",
    "staff.invitation",
    "staff.reset",
    "staff.reset_sent",
}
HOSTILE = ["0", "-1", "x" * 300, "%00", "%ff%fe", "%27%20OR%201=1--", "%7B%7B7*7%7D%7D", "é‮"]


def without_a_rule(routes: list[Route]) -> list[str]:
    return [route.rule.rule for route in routes if route.access is None]


def badly_placed(routes: list[Route]) -> list[str]:
    """Routes of a partnership whose rule does not fit the door that they are behind."""
    return [route.rule.rule for route in routes if route.is_partnerships and not _fits(route)]


def _fits(route: Route) -> bool:
    assert route.access
    parts = route.rule.rule.split("/")
    if parts[:3] != ["", "p", "<slug>"]:
        return False
    if route.endpoint in WAYS_IN:
        return route.access.who is Who.ANYONE and parts[3] in ("me", "staff")
    if parts[3] == "staff":
        return route.access.who is Who.STAFF
    if parts[3] not in DOORS:
        return route.access.who in (Who.ANYONE, Who.SIGNED_IN)
    if parts[3] == "admin" and route.access.roles != {Role.ADMINISTRATOR}:
        return False
    return route.access.who is DOORS[parts[3]] and bool(
        route.access.roles or route.access.who is Who.RESIDENT
    )


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    assert without_a_rule(list_routes(app)) == []


def test_every_route_of_a_partnership_is_behind_the_door_of_its_audience(app: Flask) -> None:
    assert badly_placed(list_routes(app)) == []
    assert set(app.view_functions) >= WAYS_IN


@pytest.mark.own_app
def test_a_route_without_a_rule_is_found_and_answers_404(app: Flask, world: World) -> None:
    app.add_url_rule("/p/<slug>/planted", "planted", lambda: "for nobody")
    assert without_a_rule(list_routes(app)) == ["/p/<slug>/planted"]
    administrator = world.north.session(world.north.staff(*Role))
    answer = Visitor(app, administrator).ask("GET", "/p/north/planted")
    assert answer.status_code == 404
    assert "for nobody" not in answer.text


@pytest.mark.own_app
def test_an_open_route_behind_a_door_is_found(app: Flask) -> None:
    app.add_url_rule("/p/<slug>/admin/planted", "planted", anyone(lambda: "for all"))
    app.add_url_rule("/q/<slug>/planted", "elsewhere", anyone(lambda: "for all"))
    assert badly_placed(list_routes(app)) == ["/p/<slug>/admin/planted", "/q/<slug>/planted"]


@pytest.mark.own_app
def test_a_parameter_that_nobody_knows_is_named(app: Flask, world: World) -> None:
    app.add_url_rule("/p/<slug>/me/planted/<novel_id>", "planted", anyone(lambda novel_id: ""))
    route = next(route for route in list_routes(app) if route.endpoint == "planted")
    with pytest.raises(NoSample, match=r"planted/<novel_id>.*Add to OBJECTS"):
        Samples(world.north, world.north.programme()).values(route)


class Walk:
    """One person's walk to every route of north, noting each answer that is not as declared."""

    def __init__(self, app: Flask, world: World, name: str) -> None:
        self.app, self.north = app, world.north
        programme = world.north.programme(f"Waiting {canary(world.north)}")
        self.ours = Samples(world.north, programme)
        self.theirs = Samples(world.south, world.south.programme(f"Waiting {canary(world.south)}"))
        self.actor: Actor = ACTORS[name](world, programme)
        self.wrong: list[str] = []
        self.steps = first_steps(world.north)
        self.visitor = self.browser()
        routes = [route for route in list_routes(app) if route.is_partnerships]
        # What each address names: of our own and of south's. It stays while nobody is let in.
        self.routes = [
            (route, self.ours.kept_values(route), self.theirs.kept_values(route))
            for route in routes
        ]

    def browser(self) -> Visitor:
        """A new one, in which this person has signed in."""
        return Visitor(self.app, self.actor.session(), **self.steps)

    def knock(self, route: Route, method: str, values: dict[str, str], expected: Answer) -> None:
        path = route.address(self.north.slug, values)
        answer = self.visitor.ask(method, path, FORMS.get(route.endpoint))
        problem = _problem(answer, expected, self.north.slug)
        if problem is None and b"southcanary" in answer.data:
            problem = "shows what is another partnership's"
        if problem:
            self.wrong.append(f"{method} {path}: {problem}")

    def where_refused(self) -> None:
        """Everywhere that this person is not let in."""
        for route, ours, theirs in self.routes:
            expected = self.actor.expects(route.access, self.north)
            if expected is Answer.LET_IN:
                continue
            for values in (ours, theirs) if route.parameters else (ours,):
                for method in sorted(route.methods):
                    self.knock(route, method, values, expected)

    def with_what_is_not_ours(self) -> None:
        """Where this person is let in, with what is another partnership's, or nobody's."""
        for route, ours, theirs in self.routes:
            if self.actor.expects(route.access, self.north) is not Answer.LET_IN:
                continue
            for name, place in route.parameters.items():
                foreign = [] if place in SHARED else [theirs[name]]
                for value in (*foreign, "x" * 22):
                    for method in sorted(route.methods - {"HEAD", "OPTIONS"}):
                        self.knock(route, method, {**ours, name: value}, Answer.NOT_THERE)

    def where_let_in(self) -> None:
        """Where this person is let in, with what is our own; where anyone is, nobody and a resident
        go for all."""
        let_in = [
            (route, ours)
            for route, ours, _ in self.routes
            if self.actor.expects(route.access, self.north) is Answer.LET_IN
            and not (self.actor.is_staff and route.is_for_anyone)
        ]
        for route, ours in let_in:
            if "GET" in route.methods:
                self.knock(route, "GET", ours, Answer.LET_IN)
        for route, _ in let_in:
            if "POST" in route.methods:
                # A change may end the session, and what it was made to may not serve twice.
                self.visitor = self.browser()
                self.knock(route, "POST", self.ours.values(route), Answer.LET_IN)


def _problem(answer: TestResponse, expected: Answer, slug: str) -> str | None:
    code = answer.status_code
    if expected is Answer.NOT_THERE:
        return None if code == 404 else f"{code} instead of 404"
    sign_in = expected in (Answer.STAFF_SIGN_IN, Answer.RESIDENT_SIGN_IN)
    if sign_in:
        right = code == 303 and answer.location == expected.format(slug)
        return None if right else f"{code} {answer.location or ''} instead of {expected}"
    if code not in (200, 303, 400):
        return f"{code} instead of being let in"
    if answer.location in (Answer.STAFF_SIGN_IN.format(slug), Answer.RESIDENT_SIGN_IN.format(slug)):
        return f"sent to {answer.location} instead of being let in"
    return None


# Every page is walked to on both databases, by somebody whom it lets in; who is refused where is
# told from what stands in the code.
ON_BOTH = {"nobody", "a resident", *(role.value for role in Role)}
WALKERS = [
    name if name in ON_BOTH else pytest.param(name, marks=pytest.mark.one_database)
    for name in ACTORS
]


@pytest.mark.parametrize("name", WALKERS)
def test_the_doors_keep_to_their_rules(app: Flask, world: World, name: str) -> None:
    walk = Walk(app, world, name)
    before = take_snapshot(app)
    walk.where_refused()
    walk.with_what_is_not_ours()
    assert not walk.wrong, "\n".join(walk.wrong)
    assert changed_tables(before, take_snapshot(app), but="throttle_counter") == []
    walk.where_let_in()
    assert not walk.wrong, "\n".join(walk.wrong)


def test_what_is_ours_shows_the_words_that_others_must_not_see(app: Flask, world: World) -> None:
    """Without this the search for another partnership's words would prove nothing."""
    programme = world.south.programme(f"Waiting {canary(world.south)}")
    samples, cast = Samples(world.south, programme), Cast(world.south)
    shown = set()
    for route in list_routes(app):
        if "GET" in route.methods and route.is_partnerships and route.parameters:
            actor = cast.one_for(route.access)
            path = route.address("south", samples.kept_values(route))
            if b"southcanary" in Visitor(app, actor.session()).ask("GET", path).data:
                shown.add(route.endpoint)
    assert {
        "admin.message",
        "admin.one_of_staff",
        "admin.run_file",
        "facilitators.resident",
        "officers.programme",
        "staff.invitation",
    } <= shown


@pytest.mark.parametrize("role", sorted(PROGRAMME_ROLES))
def test_a_role_in_one_programme_reaches_no_other(app: Flask, world: World, role: Role) -> None:
    own, other = world.north.programme("Waiting well"), world.north.programme("Ageing well")
    visitor = Visitor(app, world.north.session(world.north.staff(role, programme=own)))
    samples = Samples(world.north, other)
    for route in list_routes(app):
        staffs = route.access is not None and route.access.who is Who.STAFF
        if staffs and "programmes/<public_id>" in route.parameters.values():
            path = route.address("north", samples.kept_values(route))
            for method in sorted(route.methods - {"HEAD", "OPTIONS"}):
                assert visitor.ask(method, path).status_code == 404, f"{method} {path}"
    pages = [visitor.ask("GET", f"/p/north/{door}/").text for door in ("plan", "facilitate")]
    assert "Ageing well" not in "".join(pages)
    # An auditor sees draws, and no programme.
    assert ("Waiting well" in "".join(pages)) is (role is not Role.AUDITOR)


def test_reading_everywhere_does_not_widen_a_right_to_change_one(app: Flask, world: World) -> None:
    own, other = world.north.programme("Waiting well"), world.north.programme("Ageing well")
    somebody = world.north.staff(Role.OFFICER, programme=own)
    with world.north.inside():
        grant_role(somebody.public_id, Role.BOARD_MEMBER)
    visitor = Visitor(app, world.north.session(somebody))
    for programme, code in ((own, 200), (other, 404)):
        assert (
            visitor.ask("GET", f"/p/north/plan/programmes/{programme.public_id}").status_code == 200
        )
        change = f"/p/north/plan/programmes/{programme.public_id}/taking-part"
        assert visitor.ask("GET", change).status_code == code
        asked = {"name": "A", "topic": Topic.OTHER.value}
        assert visitor.ask("POST", change, asked).status_code in (303, code)
    with world.north.inside():
        assert find_programme(None, other.public_id).name == "Ageing well"


def test_addresses_that_nobody_made_are_not_there(app: Flask, world: World) -> None:
    wrong = []
    samples, cast = Samples(world.north, world.north.programme()), Cast(world.north)
    for route in list_routes(app):
        if not route.parameters:
            continue
        visitor = Visitor(app, cast.one_for(route.access).session())
        values = samples.kept_values(route)
        for name in route.parameters:
            for hostile in HOSTILE:
                marked = route.address("north", {**values, name: "HOSTILE"})
                path = marked.replace("HOSTILE", hostile)
                for method in sorted(route.methods - {"HEAD", "OPTIONS"}):
                    code = visitor.ask(method, path).status_code
                    if code != 404:
                        wrong.append(f"{method} {path}: {code}")
    visitor = Visitor(app)
    wrong += [
        f"/p/{slug}/: not 404"
        for slug in [*HOSTILE, "NORTH", "north%20", "west"]
        if visitor.ask("GET", f"/p/{slug}/").status_code != 404
    ]
    assert not wrong, "\n".join(wrong)


def test_a_method_that_a_route_does_not_take_is_refused(app: Flask, world: World) -> None:
    samples = Samples(world.north, world.north.programme())
    everything = Visitor(app, world.north.session(world.north.staff(*Role)))
    for route in list_routes(app):
        path = route.address("north", samples.kept_values(route))
        for method in ("PUT", "PATCH", "DELETE"):
            answer = everything.ask(method, path)
            assert answer.status_code == 405, f"{method} {path}: {answer.status_code}"


def test_a_change_without_its_token_is_refused_everywhere(app: Flask, world: World) -> None:
    programme = world.north.programme()
    samples = Samples(world.north, programme)
    routes = [route for route in list_routes(app) if "POST" in route.methods]
    addresses = [(route, route.address("north", samples.kept_values(route))) for route in routes]
    cast, steps = Cast(world.north), first_steps(world.north)
    visitors = {
        route.endpoint: Visitor(app, cast.one_for(route.access).session(), **steps)
        for route in routes
    }
    before = take_snapshot(app)
    for route, path in addresses:
        for token in ("", "wrong"):
            visitor = visitors[route.endpoint]
            visitor.csrf_token = token
            answer = visitor.ask("POST", path, FORMS.get(route.endpoint))
            assert answer.status_code == 400, f"{path}: {answer.status_code}"
    assert changed_tables(before, take_snapshot(app)) == []
