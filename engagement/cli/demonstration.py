"""What the demonstration holds: people, programmes and accounts, all invented."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pyotp

from engagement.accounts import service as accounts
from engagement.accounts.errors import CodeNotRight
from engagement.accounts.queries import find_staff
from engagement.accounts.rules import PrincipalKind, Role
from engagement.accounts.sessions import Holder, end_all_sessions
from engagement.audit.service import SYSTEM, acting_as
from engagement.cli.demonstration_programme import load_programme
from engagement.database import clock, tenancy
from engagement.database.transactions import transaction
from engagement.messages.service import absolute_link
from engagement.partnerships.service import create_partnership
from engagement.people import service as people
from engagement.people.questions import QUESTIONS
from engagement.people.rules import ContactBy, GivenHow
from engagement.programmes.service import create_programme

SLUG = "riverbank"
NAME = "Riverbank and Downs Health and Care Partnership (invented)"
PROGRAMMES = (
    ("Care close to home", "Which care should be nearer to where you live, and which need not be?"),
    (
        "Growing older well",
        "What helps you to stay well, safe and part of things as you grow older?",
    ),
)
STAFF = (
    (Role.FACILITATOR, "Fatima Noor", "facilitator@example.org"),
    (Role.OFFICER, "Owen Price", "officer@example.org"),
    (Role.BOARD_MEMBER, "Beatrice Obi", "board@example.org"),
    (Role.PHONE_OPERATOR, "Piotr Zielinski", "phone@example.org"),
    (Role.SAFEGUARDING_LEAD, "Siobhan Kelly", "safeguarding@example.org"),
    (Role.AUDITOR, "Anwen Pugh", "auditor@example.org"),
    (Role.ADMINISTRATOR, "Amit Rao", "admin@example.org"),
)
FIRST = tuple(
    "Ada Bashir Carol Dilip Eve Farid Grace Hana Idris Joan"
    " Kofi Lena Marek Nadia Olu Pearl Quentin Rosa Sam Tariq".split()
)
LAST = tuple("Acheampong Brown Chaudhry Davies Evans Fernandez Green Hussain Iqbal Jones".split())


class DemonstrationKept(Exception):
    """The passwords of the demonstration are gone; they are kept nowhere else."""


@dataclass(frozen=True)
class Kept:
    """The secrets of the demonstration's accounts, kept beside its database."""

    passwords: dict[str, str]
    keys: dict[str, str]
    letter_codes: list[str]
    member_code: str


def load_demonstration(kept_path: Path) -> None:
    """Load everything through the same use cases that the pages use: all of it, or nothing."""
    with transaction():
        kept = _load()
    _keep(kept_path, kept)


def _load() -> Kept:
    partnership_id = create_partnership(
        SLUG,
        NAME,
        phone="01632 960 123",
        email="hello@example.org",
        address="1 Example Street, Riverbank, RB1 2AA",
    )
    with tenancy.serving(partnership_id), acting_as(SYSTEM):
        load_programme()
        for name, question in PROGRAMMES:
            create_programme(name, question)
        passwords, keys = {}, {}
        for role, name, email in STAFF:
            passwords[email], keys[email] = _open_account(role, name, email)
        member_code = _add_residents()
        return Kept(passwords, keys, people.issue_letter_codes(3), member_code)


def _open_account(role: Role, name: str, email: str) -> tuple[str, str]:
    tokens: list[str] = []

    def link_to(token: str) -> str:
        tokens.append(token)
        return absolute_link("staff.invitation", slug=SLUG, token=token)

    invitation = accounts.invite_staff(email, name, [(role, None)], link_to)
    password = "-".join(secrets.choice(FIRST + LAST).lower() for _ in range(3)) + str(
        secrets.randbelow(90) + 10
    )
    step = accounts.accept_invitation(tokens[0], password)
    enrolment = accounts.begin_enrolment(step)
    assert enrolment is not None
    _confirm(step, pyotp.TOTP(enrolment.secret))
    found = find_staff(invitation.staff_public_id)
    assert found is not None
    end_all_sessions(Holder(PrincipalKind.STAFF, found.id))
    return password, enrolment.secret


def _confirm(step: str, app: pyotp.TOTP) -> None:
    """Link the app with the code of half a minute ago: the present one stays good to sign in."""
    try:
        accounts.confirm_enrolment(step, app.at(int(clock.now().timestamp()) - 30))
    except CodeNotRight:  # the next half minute began in between
        accounts.confirm_enrolment(step, app.at(int(clock.now().timestamp()) - 30))


def _add_residents() -> str:
    """Twenty people on every contact channel, some with answers about themselves."""
    ways = (ContactBy.POST, ContactBy.PHONE, ContactBy.EMAIL, ContactBy.NOBODY)
    added = [
        people.add_resident(
            f"{first} {LAST[place % len(LAST)]}",
            email=f"{first.lower()}@example.net" if ways[place % 4] is ContactBy.EMAIL else "",
            phone=f"01632 960 {200 + place}" if ways[place % 4] is ContactBy.PHONE else "",
            address=f"{place + 1} Mill Lane, Riverbank"
            if ways[place % 4] is ContactBy.POST
            else "",
            contact_by=ways[place % 4],
        )
        for place, first in enumerate(FIRST)
    ]
    for place, public_id in enumerate(added):
        for number, question in enumerate(QUESTIONS[: place % (len(QUESTIONS) + 1)]):
            people.answer_question(
                people.resident_key(public_id),
                question.key,
                question.choices[(place + number) % len(question.choices)].value,
                str(question.title),
                GivenHow.PHONE,
            )
    return people.issue_member_code(added[0])


def _keep(path: Path, kept: Kept) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(asdict(kept), out, indent=2)


def read_kept(path: Path) -> Kept:
    """The secrets of the demonstration. Raises ``DemonstrationKept``, saying what to do."""
    try:
        return Kept(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise DemonstrationKept(
            f"{path} is missing or damaged, and with it the demonstration's passwords:"
            " delete the instance folder to begin again"
        ) from error


def sign_ins(base_url: str, kept: Kept) -> str:
    """The address and one sign-in for each kind of user, as text for the terminal."""
    home = f"{base_url}/p/{SLUG}"
    lines = [
        "",
        f"  {base_url}/",
        "",
        f"  Residents   {home}/me/enter",
        f"    letter      {kept.letter_codes[0]}   (begin, and choose a word to come back with)",
        f"    own code    {kept.member_code}",
        "",
        f"  Staff       {home}/staff/sign-in",
    ]
    lines += [
        f"    {role.value:<18} {email:<26} {kept.passwords[email]:<34} app key {kept.keys[email]}"
        for role, _name, email in STAFF
    ]
    host = urlsplit(base_url).hostname
    lines += [
        "",
        "  Staff also need a code: add the app key to an authenticator app, or run",
        "    .venv/bin/engagement demo code EMAIL",
        f"  Everything in it is invented. It listens on {host} only.",
        "",
    ]
    return "\n".join(lines)
