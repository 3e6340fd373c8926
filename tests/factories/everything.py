"""A partnership with rows in every table, and the words and secrets that went into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from flask import Flask

from engagement.accounts import service as accounts
from engagement.accounts.rules import Role
from engagement.accounts.sessions import keep_interrupted_form
from engagement.database.throttle import DatabaseStorage
from engagement.deliberation.service import put_to_vote
from engagement.files.service import keep_file
from engagement.insight.summaries import publish_reach
from engagement.messages.service import absolute_link, queue
from engagement.panels.makeup import publish_makeup
from engagement.panels.rules import MakeupMoment
from engagement.panels.wording import set_wording
from engagement.partnerships.rules import OrganisationKind
from engagement.partnerships.service import add_organisation
from engagement.people import service as people
from engagement.people.participation import participate
from engagement.people.questions import ETHNIC_GROUP
from engagement.people.rules import ContactBy, GivenHow
from engagement.programmes import service as programmes
from engagement.programmes.rules import ActivityKind, ParticipantKind
from engagement.programmes.service import ActivityPlan
from engagement.rights.erasure import erase_resident
from engagement.runs import service as runs
from tests.factories import Partnership, Programme, Resident, Staff, World
from tests.factories.ballots import CONSENT, balloted
from tests.factories.cards import carded, published_card
from tests.factories.chain import SAID, chain
from tests.factories.conversations import conversed
from tests.factories.members import full_membership
from tests.factories.moderation import moderated
from tests.factories.panels import audited, drawn_panel, take_seats
from tests.factories.paper import differing_form
from tests.factories.places import reference_data
from tests.factories.reach import heard
from tests.factories.recommendations import owed, recommended
from tests.factories.rounds import evaluated, from_home, in_rounds, members_of
from tests.factories.sessions import full_session, held_session
from tests.factories.surveys import surveyed
from tests.factories.taken_down import noted

RETURN_WORD = "marmalade"
SIGNED = "Ann Auditor"


@dataclass
class Filled:
    """Who and what is in a filled partnership.

    ``words`` are personal words that were typed in, each found nowhere else; ``secrets`` are
    passwords, codes, tokens and keys that nobody may find in the database.
    """

    staff: Staff
    resident: Resident
    programme: Programme
    words: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)


class Both(NamedTuple):
    """Both partnerships with rows in every table, for tests that change nothing for good."""

    app: Flask
    url: str
    world: World
    north: Filled
    south: Filled


class Template(NamedTuple):
    """A filled database to be copied (a path or a name), and what is in both partnerships."""

    name: str
    world: World
    north: Filled
    south: Filled


def fill(partnership: Partnership) -> Filled:
    """Put at least one row of this partnership into every table, through the use cases."""
    slug = partnership.slug
    programme = partnership.programme(f"Waiting well in {slug}")
    officer = partnership.staff(Role.OFFICER, programme=programme)
    filled = Filled(officer, _resident(partnership), programme)
    filled.words += [officer.email, f"Adawren-{slug}", f"{slug}wren@example.net"]
    filled.words += [f"01632 {slug}", f"7 Wren Lane {slug}"]
    filled.secrets += [officer.app.secret, officer.password]
    session = partnership.session(officer)
    filled.secrets += [session, partnership.session(filled.resident)]
    with partnership.inside():
        filled.secrets += _secrets_of_people(partnership, filled)
        filled.words.append(f"typed words of {slug}")
        assert keep_interrupted_form(session, f"/p/{slug}/plan/", [("note", filled.words[-1])])
        queue(
            "resident_link",
            f"letter-{slug}@example.net",
            subject="Your link to come in",
            name=f"Bernard {slug}",
            link="https://engagement.test/",
        )
        filled.words += [f"letter-{slug}@example.net", f"Bernard {slug}"]
        filled.words += [f"{SAID} in {slug}", f"{SIGNED} in {slug}"]
        _engage(programme, f"in {slug}")
        participate(filled.resident.id, programme.id)
        conversed(programme, filled.resident, f"of {slug}")
        surveyed(programme, filled.resident, f"of {slug}")
        differing_form(programme, f"of {slug}")
        filled.words.append(f"The last bus of {slug} goes at six")
        noted(programme, f"The lift is broken again, {slug}")
        filled.words += moderated(programme, filled.resident, f"of {slug}")
        _work(slug)
        erase_resident(people.resident_key(people.add_resident("", contact_by=ContactBy.NOBODY)))
        reference_data()
        DatabaseStorage().incr(f"somebody of {slug}", 600)
    return filled


def _resident(partnership: Partnership) -> Resident:
    slug = partnership.slug
    with partnership.inside():
        public_id = people.add_resident(
            f"Adawren-{slug}",
            email=f"{slug}wren@example.net",
            phone=f"01632 {slug}",
            address=f"7 Wren Lane {slug}",
            contact_by=ContactBy.EMAIL,
        )
        return Resident(people.resident_key(public_id), public_id)


def _secrets_of_people(partnership: Partnership, filled: Filled) -> list[str]:
    """Codes, links and answers of the people in a filled partnership; returns the secrets."""
    slug, resident = partnership.slug, filled.resident
    letter = people.issue_letter_codes(1, filled.programme.id)[0]
    own_code = people.issue_member_code(resident.public_id)
    tokens: list[str] = []

    def link_to(token: str) -> str:
        tokens.append(token)
        return absolute_link("staff.invitation", slug=slug, token=token)

    accounts.invite_staff(
        f"new@{slug}.example", f"Nora {slug}", [(Role.FACILITATOR, None)], link_to
    )
    filled.words += [f"new@{slug}.example", f"Nora {slug}"]
    accounts.send_password_reset(filled.staff.email, link_to)
    people.send_link(f"{slug}wren@example.net", link_to)
    recovery = accounts.renew_recovery_codes(filled.staff.id, filled.staff.password)
    people.answer_question(
        resident.id, ETHNIC_GROUP.key, "black", "What is your ethnic group?", GivenHow.PHONE
    )
    sessions = [
        people.begin_from_letter(letter, RETURN_WORD),
        people.enter_with_member_code(own_code),
    ]
    return [letter, own_code, RETURN_WORD, *tokens, *recovery, *sessions]


def _engage(programme: Programme, mark: str) -> None:
    """All that belongs to a programme."""
    key = programme.public_id
    healthwatch = add_organisation("Healthwatch", OrganisationKind.HEALTHWATCH)
    programmes.set_places(None, key, ["The harbour"], ["People who work at night"])
    programmes.set_existing(None, key, ["Patients’ group"], confirmed=True)
    programmes.set_convenors(None, key, [healthwatch])
    programmes.add_activity(
        None, key, ActivityPlan(ActivityKind.OPEN_CONVERSATION, "Tell us what it is like")
    )
    programmes.add_participant(programme.id, ParticipantKind.BROWSER, "f" * 64)
    panel, draw = drawn_panel(programme, mark)
    set_wording(None, panel, "cy", f"Annwyl breswylydd {mark}")
    seats = take_seats(panel)
    held_session(panel, seats)
    full_session(panel, seats, mark, closed=False)  # no table takes part in an older version
    publish_makeup(None, panel, MakeupMoment.CONFIRMED)
    members = members_of(panel)
    evaluated(panel, members, mark)
    from_home(panel, in_rounds(panel, mark)[1], members, mark, [published_card(programme)])
    balloted(panel, mark)
    made = recommended(programme, panel, mark)
    put_to_vote(None, panel, made, CONSENT)
    owed(made, mark)
    audited(draw, f"{SIGNED} {mark}")
    full_membership(programme, f"that stands {mark}")
    chain(programme, mark)
    carded(programme)
    heard(programme, {"E01000001": 8})
    publish_reach(None, key)


def _work(slug: str) -> None:
    """A worker, a run with a finished step, and a file."""
    worker = f"worker-of-{slug}"
    runs.show_life(worker)
    run = runs.request_run("audit_check", {})
    runs.begin_run(run, worker)
    runs.complete_step(run, worker, 0, "Checking the entries", lambda: {"rows": 0})
    runs.request_run("audit_check", {})
    keep_file(run, "chain.jsonl", "application/jsonl", [b"{}"], timedelta(days=7))
