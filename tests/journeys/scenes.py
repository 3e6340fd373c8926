"""Partnerships for looking at pages: one with a lot in it, one with next to nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from engagement.accounts import service as accounts
from engagement.accounts.queries import list_staff
from engagement.accounts.rules import PrincipalKind, Role, TokenPurpose
from engagement.accounts.sessions import Holder, issue_token
from engagement.contributions.importing import put_file
from engagement.database.transactions import transaction
from engagement.exports.service import make_summary
from engagement.files.service import keep_file
from engagement.insight.service import request_themes
from engagement.messages.delivery import BackEnd, Envelope
from engagement.messages.errors import CannotDeliver
from engagement.messages.queries import list_messages
from engagement.messages.service import deliver_due, note_bounce
from engagement.people import service as people
from engagement.people.questions import QUESTIONS
from engagement.people.rules import ContactBy, GivenHow
from engagement.programmes.queries import find_programme
from engagement.programmes.rules import ActivityKind
from engagement.programmes.service import (
    ActivityPlan,
    add_activity,
    create_programme,
    publish_activity,
)
from engagement.runs import service as runs
from tests.factories import Partnership, Programme, Resident, Staff
from tests.factories.chain import chain, open_conversation, publish
from tests.factories.places import reference_data
from tests.journeys.audit_scenes import audit_pages
from tests.journeys.ballot_scenes import (
    every_ballot,
    first_ballots,
    recommendation_pages,
)
from tests.journeys.conversation_scenes import every_conversation, new_conversation
from tests.journeys.corpus_scenes import (
    card_pages,
    contribution_pages,
    moderation_pages,
    reach_pages,
)
from tests.journeys.draw_scenes import every_draw, no_draws
from tests.journeys.invitation_scenes import invitation_pages
from tests.journeys.joining_scenes import every_joining_page, joining_pages
from tests.journeys.member_scenes import every_member_page, member_pages
from tests.journeys.note_scenes import diary_pages, note_pages
from tests.journeys.own_data_scenes import own_data_pages
from tests.journeys.panel_scenes import full_panels, planned_panels
from tests.journeys.paper_scenes import paper_pages
from tests.journeys.round_scenes import round_pages
from tests.journeys.seat_scenes import every_seat, first_seats
from tests.journeys.session_scenes import session_pages
from tests.journeys.survey_scenes import every_survey, new_survey
from tests.journeys.telling_scenes import told_pages

MANY = 201
# Names and words as people have them, and as nobody should; a page must hold all of them.
NAMES = (
    "Ada Brown",
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft",
    "<b>Bo</b> & “Co”",
    "Siân Ó Súilleabháin-Featherstonehaugh",
    "محمد الخوارزمي",
)
QUESTION = "What would make waiting for hospital care easier to live with? " * 4
WORKER = "worker-of-scenes"
LONG_WORDS = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren <b>rang</b> & waited\n" * 4
LATER = ActivityPlan(
    ActivityKind.OPEN_CONVERSATION,
    "",
    offline_routes="Call us.",
    opens_at=datetime(2100, 1, 1, tzinfo=UTC),
)


@dataclass(frozen=True)
class Scene:
    """A partnership, who is in it, and the addresses of what has one of its own."""

    place: Partnership
    staff: dict[Role, Staff]
    resident: Resident
    programme: Programme
    paths: dict[str, list[dict[str, str]]]
    """The values in the addresses of each endpoint that needs some."""


def _entries(count: int) -> list[str]:
    return [f"{LONG_WORDS} {number}" for number in range(count)]


def bare_scene(place: Partnership) -> Scene:
    """One of everything that must be there for somebody to sign in at all, and nothing else."""
    staff = {role: place.staff(role) for role in Role}
    resident, programme = place.resident("", ""), place.programme()
    paths = {
        **_by_token(place, resident, staff[Role.OFFICER]),
        **_both(_of_plan(programme), _of_chain(place, place.programme("Growing older well"))),
        **planned_panels(place, place.programme("Panels to come")),
        **invitation_pages(place, place.programme("Letters"), staff[Role.FACILITATOR], "bare"),
        **joining_pages(place, resident),
        **own_data_pages(resident),
        **member_pages(place, resident, place.programme("Standing panels")),
        **contribution_pages(place, place.programme("Buses")),
        **paper_pages(place, place.programme("Paper")),
        **moderation_pages(place, place.programme("Noise")),
        **reach_pages(place, place.programme("Nobody yet")),
        **card_pages(place, place.programme("Long lives")),
        **new_conversation(place, place.programme("Evenings")),
        **new_survey(place, place.programme("Questions")),
        **note_pages(place, place.programme("Notes")),
        **diary_pages(place, resident, place.programme("Days")),
        **round_pages(place, resident, place.programme("Rounds")),
        **recommendation_pages(place, place.programme("Recommended")),
        **first_ballots(place, resident, place.programme("Votes")),
        **session_pages(place, resident, place.programme("Meeting")),
        **_both(
            no_draws(place, place.programme("Panels to draw")),
            first_seats(place, resident, place.programme("Seats")),
        ),
        **audit_pages(place, place.programme("Draws to audit"), staff[Role.AUDITOR]),
        "facilitators.resident": [{"public_id": resident.public_id}],
        "residents.question": [{"key": QUESTIONS[0].key}],
        "admin.one_of_staff": [{"public_id": staff[Role.ADMINISTRATOR].public_id}],
        "admin.message": [{"public_id": _messages(place)[0]}],
        "admin.run": [{"public_id": run_in_state(place, "requested")}],
    }
    return Scene(place, staff, resident, programme, paths)


def full_scene(place: Partnership) -> Scene:
    """A partnership with lists of 200 rows and more, and with something in every state."""
    staff = {role: place.staff(role) for role in Role}
    programme = place.programme("Waiting well")
    here = place.staff(Role.FACILITATOR, Role.OFFICER, programme=programme)
    closed = place.staff(Role.BOARD_MEMBER)
    with place.inside():
        deliver_due(_Postman(), limit=1000)  # what other places have waiting
    resident = place.resident("Ada Brown", "ada@example.net")
    with place.inside():
        reference_data()
    with place.inside(), transaction():
        for number in range(MANY):
            name = f"{NAMES[number % len(NAMES)]} {number}"
            public_id = people.add_resident(
                name,
                email=f"{'long.' * (number % 12)}{number}@example.net",
                phone=f"01632 960 {number:03}",
                address=f"{number} Mill Lane\nRiverbank\nRB1 2AA",
                contact_by=list(ContactBy)[number % len(ContactBy)],
            )
            accounts.invite_staff(
                f"{number}@example.org",
                name,
                [(role, None) for role in list(Role)[: number % 3]],
                lambda token: f"https://example.org/{token}",
            )
            create_programme(f"Programme {number}", QUESTION)
        people.issue_member_code(public_id)
        for question in QUESTIONS[:-1]:
            value = question.choices[-1].value
            people.answer_question(
                resident.id, question.key, value, str(question.title), GivenHow.PAPER
            )
        accounts.disable_staff(closed.public_id)
    with place.inside():
        deliver_due(_Postman(), limit=7)
        sent = [row.public_id for row in list_messages(3, 100)[0] if row.sent_at]
        note_bounce(sent[0], "no such mailbox")
        invited = next(row for row in list_staff(1, 50)[0] if row.state == "invited")
    states = ("requested", "running", "finished", "failed", "cancelled", "stopping")
    for number in range(60):
        run_in_state(place, states[number % len(states)])
    paths = {
        **_of_chain(place, programme),
        **full_panels(place, programme),
        **paper_pages(place, place.programme("Paper")),
        **contribution_pages(place, place.programme("Buses")),
        **moderation_pages(place, place.programme("Noise")),
        **invitation_pages(place, programme, staff[Role.FACILITATOR], "full"),
        **every_joining_page(place, resident, programme),
        **every_member_page(place, resident, place.programme("Standing panels")),
        **own_data_pages(resident),
        **_both(
            every_draw(place, resident, programme),
            every_seat(place, resident, place.programme("Seats")),
        ),
        **audit_pages(place, programme, staff[Role.AUDITOR]),
        "facilitators.resident": [{"public_id": resident.public_id}, {"public_id": public_id}],
        "residents.question": [{"key": question.key} for question in QUESTIONS],
        "admin.one_of_staff": [
            {"public_id": staff[Role.ADMINISTRATOR].public_id},
            {"public_id": here.public_id},
            {"public_id": closed.public_id},
            {"public_id": invited.public_id},
        ],
        "admin.message": [{"public_id": key} for key in _messages(place)],
        "admin.run": [{"public_id": run_in_state(place, state)} for state in states],
    }
    for more in (
        told_pages(place, place.programme("Told")),
        card_pages(place, place.programme("Long lives")),
        every_conversation(place, resident, place.programme("Evenings")),
        every_survey(place, resident, place.programme("Questions")),
        note_pages(place, place.programme("Notes"), "What is it like & what <b>helps</b>?" * 3),
        round_pages(
            place, resident, place.programme("Rounds"), NAMES[3] + "<b>rings</b> " + NAMES[0]
        ),
        recommendation_pages(place, place.programme("Recommended"), "in full"),
        every_ballot(place, resident, place.programme("Votes")),
        session_pages(place, resident, place.programme("Meeting"), f"{NAMES[2]} {NAMES[1]}"),
        diary_pages(
            place, resident, place.programme("Days"), *[f"{LONG_WORDS} {n}" for n in range(90)]
        ),
        reach_pages(place, place.programme("Nobody yet"), place.programme("Many")),
    ):
        paths = _both(paths, more)
    return Scene(place, staff, resident, programme, paths)


def _of_chain(place: Partnership, programme: Programme) -> dict[str, list[dict[str, str]]]:
    """The pages of a programme that has a whole chain, for everyone and for staff."""
    with place.inside():
        publish(programme)
        links, activity = chain(programme), open_conversation(programme, "What is it like?")
        later = add_activity(None, programme.public_id, replace(LATER, title="Comes later"))
        publish_activity(None, programme.public_id, later)
        waiting = put_file(
            None, programme.public_id, "answers.csv", b"answer,when\nIt was cold,1/2/2026\n"
        )
        found = find_programme(None, programme.public_id)
        assert found is not None
        make_summary(found, lambda key: f"https://engagement.test/{key}")
        waits = request_themes(None, programme.public_id)
    here = {"public_id": programme.public_id}
    theme, other = {**here, "theme_id": links.theme}, {**here, "theme_id": links.other_theme}
    priority = {**here, "priority_id": links.priority}
    draft = {**here, "draft_id": links.draft}
    return {
        **{
            endpoint: [here]
            for endpoint in (
                "public.programme",
                "public.found",
                "public.method",
                "public.said",
                "officers.programme",
                "officers.change_remit",
                "officers.change_taking",
                "officers.change_places",
                "officers.change_existing",
                "officers.change_convenors",
                "officers.add_activity",
                "officers.contributions",
                "officers.put_file",
                "officers.priorities",
                "officers.make_priority",
                "officers.drafts",
                "officers.files",
                "facilitators.themes",
            )
        },
        "public.say": [{**here, "activity_id": activity}, {**here, "activity_id": later}],
        "public.theme": [theme],
        "public.words": [{**here, "contribution_id": links.contribution}],
        "public.priority": [priority],
        "public.answer": [priority],
        "public.draft": [draft],
        "public.paragraph": [{**here, "paragraph_id": links.paragraph}],
        "officers.change_activity": [{**here, "activity_id": activity}],
        "officers.read_file": [{**here, "import_id": waiting}],
        "officers.priority": [priority],
        "officers.change_priority": [priority],
        "officers.link_paragraph": [priority],
        "officers.answer_priority": [priority],
        "officers.draft": [draft],
        "officers.add_version": [draft],
        "facilitators.theme": [theme, other],
        "facilitators.finding_themes": [{**here, "run_id": waits}],
    }


def _of_plan(programme: Programme) -> dict[str, list[dict[str, str]]]:
    """The pages of a programme that has nothing yet."""
    here = {"public_id": programme.public_id}
    return {
        endpoint: [here]
        for endpoint in (
            "officers.programme",
            "officers.change_remit",
            "officers.change_places",
            "officers.contributions",
            "officers.priorities",
            "officers.make_priority",
            "officers.drafts",
            "officers.files",
            "facilitators.themes",
        )
    }


def _both(
    one: dict[str, list[dict[str, str]]], other: dict[str, list[dict[str, str]]]
) -> dict[str, list[dict[str, str]]]:
    return {name: [*one.get(name, []), *other.get(name, [])] for name in {**one, **other}}


def _by_token(
    place: Partnership, resident: Resident, officer: Staff
) -> dict[str, list[dict[str, str]]]:
    """The pages that a link of a message opens."""
    with place.inside():
        invitation = accounts.invite_staff("new@example.org", "Neda Field", [], lambda token: token)
        link = issue_token(TokenPurpose.RESIDENT_LINK, Holder(PrincipalKind.RESIDENT, resident.id))
        reset = issue_token(TokenPurpose.PASSWORD_RESET, Holder(PrincipalKind.STAFF, officer.id))
    return {
        "staff.invitation": [{"token": invitation.link}],
        "residents.use_link": [{"token": link}],
        "staff.reset": [{"token": reset}],
    }


class _Postman(BackEnd):
    """Delivers most messages, and not the second one."""

    def __init__(self) -> None:
        self._count = 0

    def deliver(self, envelope: Envelope) -> None:
        self._count += 1
        if self._count == 2:
            raise CannotDeliver("the mail server refused the address", for_good=True)


def _messages(place: Partnership) -> list[str]:
    """One message of each state."""
    with place.inside():
        found: dict[str, str] = {}
        number, total = 1, 1
        while (number - 1) * 100 < total:
            rows, total = list_messages(number, 100)
            found |= {row.state: row.public_id for row in rows}
            number += 1
    return list(found.values())


def run_in_state(place: Partnership, state: str) -> str:
    """A run that has come to this state."""
    with place.inside():
        key = runs.request_run("audit_check", {})
        if state == "requested":
            return key
        if state == "cancelled":
            runs.cancel_run(key)
            return key
        runs.begin_run(key, WORKER)
        runs.enter_step(key, WORKER, "Finding the last entry", 2)
        runs.complete_step(key, WORKER, 0, "Finding the last entry", lambda: {"entries": 12})
        runs.enter_step(key, WORKER, "Checking the entries", 2)
        if state == "stopping":
            runs.cancel_run(key)
        if state == "failed":
            runs.fail_run(key, WORKER, "The database did not answer in time, so the work stopped.")
        if state == "finished":
            result = {"holds": True, "head": f"12:{'9f3c' * 16}", "faults": [], "fault_count": 0}
            runs.complete_step(key, WORKER, 1, "Checking the entries", lambda: result)
            keep_file(key, "report.csv", "text/csv", [b"a,b\r\n"], timedelta(days=7))
            runs.finish_run(key, WORKER)
        return key
