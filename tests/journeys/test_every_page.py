"""Every page of the URL map, as each who may open it: empty, with a lot in it, and in error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.routing import Rule

from engagement.accounts.rules import Role
from engagement.people import service as people
from engagement.web.access import Who, rule_of
from tests.factories import Staff
from tests.journeys.scenes import Scene, bare_scene, full_scene
from tests.journeys.service import Service
from tests.journeys.visitor import Visitor, check, markup_problems

# For machines, and files that are no pages.
NOT_PAGES = {
    *("static", "favicon", "public.alive", "public.ready", "public.programmes_feed"),
    *("public.contribution_schema", "public.short_address"),
    "facilitators.member_lottery_file",
    "residents.data_file",
    *("admin.run_file", "officers.file", "public.draw_file", "residents.own_row"),
    "officers.broken_rows",
    *("facilitators.desk_board", "facilitators.note_photo"),  # a part of a page, a photograph
    *(
        "public.session_paper",
        "public.round_paper",
        "public.session_calendar",
        "public.sessions_calendar",
    ),
    *("public.member_calendar", "residents.session_calendar"),
    *("public.scribe_table", "public.scribe_notes"),  # for who came in with a code: their journey
    "public.disagree",  # for the browser alone that said it
    "public.ballot_record",
    *("public.change_diary", "public.delete_diary"),  # for the browser alone that wrote it
    "residents.own_diary",  # leads on to the diary
    *("facilitators.quick_log_ready", "facilitators.quick_log_worker"),
    "facilitators.telephone_receipt",  # of the call that one has just ended
    "facilitators.official_card",  # of the figure that was chosen on the page before
}
# Their forms may be sent with nothing in them.
NOTHING_NEEDED = {
    "facilitators.member_term",
    "residents.membership_interests",
    "officers.change_places",
    "officers.change_existing",
    "officers.change_convenors",
    "officers.contribution",
    "facilitators.theme",
    "facilitators.wording",
    "facilitators.help_lines",
    "residents.panel_support",
    "facilitators.build_targets",
    "facilitators.attendance",
    "facilitators.count_people",
    "facilitators.session_staff",
    "facilitators.mark_note",
    *("public.about_me", "public.stop_telling", "facilitators.tell_voters"),
    "public.survey_set",
    "facilitators.expect_of_recommendation",
    *("residents.evaluation", "facilitators.evaluate_organiser", "facilitators.round_cards"),
    *("facilitators.ballot", "facilitators.ballot_key"),
    "facilitators.survey_words",
    # a script keeps the note in the browser: their own journeys look
    *("facilitators.quick_log", "facilitators.quick_log_without_signal"),
}
# It leads on to the door of one's role, and is a page only for somebody without one.
LEADS_ON = "staff.home"
VISITORS = ["anyone", "resident", "no role", *Role]
FORM = "main form[method=post]:not([role=search])"
FIELDS = ":is(input:not([type=hidden]), textarea, select)"
SEND = "button:not([type=button])"
EMPTY_THE_FORM = """fields => fields.forEach(field => {
  if (['radio', 'checkbox'].includes(field.type)) field.checked = false
  else field.value = ''
})"""


@pytest.fixture(scope="module")
def bare(service: Service) -> Scene:
    """A partnership with next to nothing in it."""
    return bare_scene(service.place())


def pages_for(service: Service, scene: Scene, who: str) -> Iterator[tuple[str, str]]:
    """The endpoints and paths that this visitor may open; each is somebody's."""
    for rule in service.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES:
            continue
        if who not in _visitors_of(service, rule):
            continue
        needed = rule.arguments - {"slug"}
        if needed and rule.endpoint not in scene.paths and who == "anyone":
            continue  # links of messages are used once: one scene has them
        for values in scene.paths[rule.endpoint] if needed else [{}]:
            with service.app.test_request_context():
                built = rule.build({**values, "slug": scene.place.slug}, append_unknown=False)
            assert built is not None
            yield rule.endpoint, built[1]


def _visitors_of(service: Service, rule: Rule) -> set[str]:
    access = rule_of(service.app, rule.endpoint)
    assert access is not None
    if rule.endpoint == LEADS_ON:
        return {"no role"}
    if access.who is Who.ANYONE:
        return {"anyone"}
    if access.who is Who.RESIDENT:
        return {"resident"}
    return {*access.roles} or {Role.OFFICER}


def _code_entered(scene: Scene, visitor: Visitor) -> None:
    with scene.place.inside():
        code = people.issue_letter_codes(1)[0]
    visitor.go("me/enter")
    visitor.enter("Enter your code", code)
    visitor.press("Continue")


def _password_entered(scene: Scene, visitor: Visitor) -> None:
    officer = scene.staff[Role.OFFICER]
    visitor.go("staff/sign-in")
    visitor.enter("E-mail address", officer.email)
    visitor.enter("Password", officer.password)
    visitor.press("Continue")


def _survey_begun(scene: Scene, visitor: Visitor) -> None:
    (here, *_) = scene.paths["public.survey"]
    visitor.go(f"programmes/{here['public_id']}/survey/{here['activity_id']}")
    visitor.page.locator("main form button").first.click()


# What must be done before a page can be opened at all.
BEFORE: dict[str, Callable[[Scene, Visitor], None]] = {
    "residents.welcome": _code_entered,
    "residents.begin": _code_entered,
    "residents.come_back": _code_entered,
    "staff.enter_second_factor": _password_entered,
    "public.survey_set": _survey_begun,
    "public.survey_check": _survey_begun,
}


def _be(visitor: Visitor, scene: Scene, who: str) -> None:
    if who == "resident":
        visitor.be(scene.resident)
    elif who == "no role":
        visitor.be(scene.place.staff())
    elif who != "anyone":
        staff: Staff = scene.staff[Role(who)]
        visitor.be(staff)


def _in_error(page: Page) -> bool:
    """Send the page's form with nothing in it; whether there is a form."""
    form = page.locator(f"{FORM}:has({FIELDS}):has({SEND})").first
    if not form.count():
        return False
    form.locator(FIELDS).evaluate_all(EMPTY_THE_FORM)
    with page.expect_navigation():
        form.locator(SEND).first.click()  # of several ways to send it, the one that comes first
    return True


def _error_problems(page: Page) -> list[str]:
    """What is wrong with how the page says that something is wrong."""
    problems = []
    if not page.title().startswith("Error: "):
        problems.append(f"the title is {page.title()!r}")
    if not page.evaluate("document.activeElement.matches('.nhsuk-error-summary')"):
        problems.append("the error summary has not the focus")
    links = page.locator(".nhsuk-error-summary a")
    if not links.count():
        problems.append("the error summary has no link")
    for link in links.all():
        target = page.locator(str(link.get_attribute("href")))
        if not target.count():
            problems.append(f"{link.inner_text()!r} leads nowhere")
    return problems


def look_at_pages(
    visitor: Visitor, scene: Scene, pages: Iterable[tuple[str, str]], *, errors: bool
) -> list[str]:
    """What is wrong with these pages; with ``errors`` also when their forms are sent empty."""
    problems = []
    for endpoint, path in pages:
        if endpoint in BEFORE:
            BEFORE[endpoint](scene, visitor)
        answer = visitor.page.goto(path)
        assert answer is not None
        found = check(visitor)
        if answer.status != 200 or not visitor.page.url.endswith(path):
            found.append(f"answered {answer.status} at {visitor.page.url}")
        found += markup_problems(answer)
        if errors and endpoint not in NOTHING_NEEDED and _in_error(visitor.page):
            found += [*_error_problems(visitor.page), *check(visitor)]
        problems += [f"{path}: {problem}" for problem in found]
    return problems


@pytest.mark.parametrize("who", VISITORS)
def test_pages_with_nothing_in_them_and_in_error(
    browser: Browser, service: Service, bare: Scene, who: str
) -> None:
    visitor = Visitor(browser, service, bare.place)
    _be(visitor, bare, who)
    pages = list(pages_for(service, bare, who))
    assert pages
    assert look_at_pages(visitor, bare, pages, errors=True) == []
    visitor.close()


def test_pages_with_a_lot_in_them(browser: Browser, service: Service) -> None:
    full = full_scene(service.place())
    seen: set[str] = set()
    problems = []
    for who in VISITORS[1:]:
        visitor = Visitor(browser, service, full.place)
        _be(visitor, full, who)
        pages = [page for page in pages_for(service, full, who) if page[1] not in seen]
        problems += look_at_pages(visitor, full, pages, errors=False)
        seen |= {path for _, path in pages}
        visitor.close()
    assert problems == []
    assert len(seen) > len(full.paths)


def test_no_page_of_the_url_map_is_left_out(service: Service, bare: Scene) -> None:
    rules = [rule for rule in service.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    pages = partial(pages_for, service, bare)
    seen = {endpoint for who in VISITORS for endpoint, _ in pages(who)}
    assert seen == {rule.endpoint for rule in rules} - NOT_PAGES


def test_no_answer_is_an_error_page(browser: Browser, service: Service, bare: Scene) -> None:
    """The control of the tests above: an address that is not there is noticed."""
    visitor = Visitor(browser, service, bare.place)
    answer = visitor.go("no-such-page")
    assert answer.locator("h1").inner_text() == "Page not found"
    assert visitor.page.goto(visitor.at("no-such-page")).status == 404  # type: ignore[union-attr]
    visitor.close()
