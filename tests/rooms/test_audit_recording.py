"""Recording changes: who, what, when; in the transaction of the change; one at a time."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from engagement.accounts import service as accounts_service
from engagement.accounts import sessions as sessions_service
from engagement.accounts.queries import LiveSession, find_visit
from engagement.accounts.rules import RESIDENT_LIMIT, PrincipalKind, Role, TokenPurpose
from engagement.accounts.sessions import Holder
from engagement.audit.errors import ActorNotSet
from engagement.audit.models import AuditEntry
from engagement.audit.queries import list_entries, read_links, verify_chain
from engagement.audit.rules import START, ActorKind
from engagement.audit.service import (
    OPERATOR,
    Actor,
    act_as,
    acting_as,
    current_actor,
    current_head,
    record,
)
from engagement.database import tenancy
from engagement.database.tenancy import TenantNotSet
from engagement.database.transactions import WriteOutsideTransaction, transaction
from engagement.extensions import db
from engagement.messages import service as messages_service
from engagement.messages.models import Message
from engagement.messages.rules import MessageState
from engagement.people import consents
from engagement.people import service as people_service
from engagement.people.questions import AGE, ETHNIC_GROUP
from engagement.people.rules import ContactBy, GivenHow
from tests.databases import do, rows_of, undone
from tests.factories import PASSWORD, World

AtOnce = Callable[..., list[BaseException]]


def record_some(count: int) -> None:
    for number in range(count):
        with transaction():
            record("tried", "thing", str(number))


def test_an_entry_says_who_did_what_to_what_and_when(world: World) -> None:
    with world.north.inside(), acting_as(Actor(ActorKind.STAFF, "abc")):
        do(lambda: record("door.opened", "door", "d1", facts={"wide": True, "by": 3}))
        (entry,) = read_links(0, 10)
        assert (entry.actor_kind, entry.actor_id) == (ActorKind.STAFF, "abc")
        assert (entry.action, entry.object_kind, entry.object_id) == ("door.opened", "door", "d1")
        assert entry.facts == {"wide": True, "by": 3}
        assert (entry.sequence, entry.previous_hash) == (1, START.entry_hash)
        assert current_head().entry_hash == entry.entry_hash == entry.computed_hash()


def test_nothing_is_recorded_without_an_actor_a_partnership_or_a_use_case(world: World) -> None:
    def try_it() -> None:
        record("tried", "thing", "")

    with world.north.inside():
        with acting_as(OPERATOR):
            act_as(None)
            with pytest.raises(ActorNotSet):
                current_actor()
            with pytest.raises(ActorNotSet):
                do(try_it)
        with pytest.raises(WriteOutsideTransaction):
            try_it()
        db.session.rollback()
        assert current_head() == START
        record_some(1)
        for nobody in (tenancy.everywhere(), tenancy.serving(None)):  # type: ignore[arg-type]
            with nobody, pytest.raises(TenantNotSet):
                do(try_it)
        assert current_head().sequence == 1


def test_an_entry_goes_with_its_change(world: World) -> None:
    with world.north.inside():
        with undone():
            record("tried", "thing", "1")
        assert current_head() == START
        record_some(1)
        assert verify_chain()[0].sequence == 1


def test_two_threads_that_record_the_first_entry_leave_one_unbroken_chain(
    app: Flask, world: World, at_once: AtOnce
) -> None:
    north = world.north.id
    raised = at_once(*[lambda: record_some(10)] * 4, partnership_id=north)
    assert raised == []
    with world.north.inside():
        head, faults = verify_chain()
        assert (head.sequence, faults) == (40, [])
        assert db.session.scalar(select(func.count(AuditEntry.id))) == 40


def test_partnerships_record_at_once_without_waiting_for_each_other(
    world: World, at_once: AtOnce
) -> None:
    def in_north() -> None:
        with tenancy.serving(world.north.id):
            record_some(10)

    def in_south() -> None:
        with tenancy.serving(world.south.id):
            record_some(10)

    assert at_once(in_north, in_south, in_north, in_south) == []
    for partnership in (world.north, world.south):
        with partnership.inside():
            assert verify_chain()[1] == []
            assert current_head().sequence == 20


def test_a_chain_that_grows_while_it_is_walked_has_no_fault(world: World, at_once: AtOnce) -> None:
    grown: list[BaseException] = []

    def grow(walked: int) -> None:
        if not grown:
            grown.extend(at_once(lambda: record_some(2), partnership_id=world.north.id))
            grown.append(StopIteration())

    with world.north.inside():
        record_some(3)
        head, faults = verify_chain(walked=grow)
        assert [type(one) for one in grown] == [StopIteration]
        assert faults == []
        assert head.sequence in (3, 5)  # SQLite shows the chain as it stood at the beginning
        db.session.rollback()
        assert verify_chain()[0].sequence == 5


# No personal word.


class Noted:
    """A module whose functions are noted when they are taken."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self.used: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.used.add(name)
        return getattr(self._module, name)

    def unused(self) -> set[str]:
        """The use cases that nobody took."""
        public = {
            name
            for name, function in inspect.getmembers(self._module, inspect.isfunction)
            if function.__module__ == self._module.__name__ and not name.startswith("_")
        }
        return public - self.used


CANARIES = ("Zwitscherlein", "zwitscher@example.net", "01632 960 999", "Canary Wharf", "newtweet")


class EveryUseCase:
    """Goes through every use case of people, accounts and messages with words to look for."""

    def __init__(self, world: World) -> None:
        self.accounts, self.sessions = Noted(accounts_service), Noted(sessions_service)
        self.people, self.messages = Noted(people_service), Noted(messages_service)
        self.tokens: list[str] = []
        self.secrets: list[str] = []
        self._world = world
        with world.north.inside():
            self._residents()
            self._staff()
            self._forms()
            self._post()

    def _link(self, token: str) -> str:
        self.tokens.append(token)
        return self.messages.absolute_link("staff.invitation", slug="north", token=token)

    def _residents(self) -> None:
        people = self.people
        name, email, phone, address, _ = CANARIES
        public_id = people.add_resident(
            name, email=email, phone=phone, address=address, contact_by=ContactBy.EMAIL
        )
        key = people.resident_key(public_id)
        people.change_own_details(key, f"{name} B", email, phone, address, ContactBy.EMAIL)
        for value in ("black", "prefer-not-to-say"):
            people.answer_question(key, ETHNIC_GROUP.key, value, f"Dear {name}?", GivenHow.PHONE)
        people.answer_question(key, AGE.key, "16-24", "How old are you?", GivenHow.PHONE)
        people.withdraw_answer(key, AGE.key)
        letter = people.issue_letter_codes(1)[0]
        self.secrets += [letter, people.begin_from_letter(letter, "zwitscherwort")]
        self.secrets.append(people.return_to_letter(letter, "zwitscherwort"))
        people.resident_of_letter(letter, "zwitscherwort")
        (key_of_letter, another), *_ = people.issue_letters(1)
        self.secrets += [another, people.renew_letter_code(key_of_letter)]
        self.secrets += people.renew_letter_codes([key_of_letter]).values()
        consent = consents.give_consent(key, "draw", "age/2", f"Dear {name}?", GivenHow.PHONE)
        consents.withdraw_consents([consent])
        code = people.issue_member_code(public_id)
        people.look_up_code(code)
        self.secrets += [code, people.enter_with_member_code(code)]
        people.revoke_member_code(public_id)
        people.send_link(email, self._link)
        people.look_at_link(self.tokens[-1])
        self.secrets.append(people.enter_with_link(self.tokens[-1]))
        people.send_link("nobody.zwitscher@example.net", self._link)
        with transaction():
            self.secrets.append(people.sign_in_resident(key))

    def _staff(self) -> None:
        accounts = self.accounts
        self._world.north.staff(Role.ADMINISTRATOR)
        programme = self._world.north.programme()
        email, name = f"staff.{CANARIES[1]}", CANARIES[0]
        made = accounts.invite_staff(email, name, [(Role.OFFICER, programme.id)], self._link)
        accounts.invite_again(made.staff_public_id, self._link)
        accounts.look_at_invitation(self.tokens[-1])
        app = self._enrol(accounts.accept_invitation(self.tokens[-1], PASSWORD))
        step = accounts.check_password(email, PASSWORD)
        codes = accounts.renew_recovery_codes(self._key(email), PASSWORD)
        session = accounts.check_second_factor(step, codes[0])
        found = _live(session)
        accounts.change_password(self._key(email), found.id, PASSWORD, "newtweet newtweet")
        accounts.send_password_reset(email, self._link)
        accounts.reset_password(self.tokens[-1], "newtweet newtweet newtweet")
        accounts.grant_role(made.staff_public_id, Role.FACILITATOR)
        accounts.withdraw_role(made.staff_public_id, Role.FACILITATOR)
        accounts.remove_second_factor(made.staff_public_id, self._link)
        accounts.disable_staff(made.staff_public_id)
        accounts.enable_staff(made.staff_public_id, self._link)
        self.secrets += [session, app, *codes, PASSWORD, "newtweet newtweet"]

    def _enrol(self, step: str) -> str:
        import pyotp

        from engagement.database import clock

        enrolment = self.accounts.begin_enrolment(step)
        code = pyotp.TOTP(enrolment.secret).at(int(clock.now().timestamp()))
        session, codes = self.accounts.confirm_enrolment(step, code)
        self.secrets += [session, *codes]
        return str(enrolment.secret)

    def _key(self, email: str) -> int:
        query = text("SELECT id FROM staff WHERE email = :email")
        return int(db.session.execute(query, {"email": email}).scalar_one())

    def _forms(self) -> None:
        sessions = self.sessions
        resident = self._world.north.resident()
        holder = Holder(PrincipalKind.RESIDENT, resident.id)
        token = sessions.start_session(holder, resident.public_id, RESIDENT_LIMIT)
        found = _live(token)
        sessions.mark_seen(found.id)
        sessions.keep_interrupted_form(token, "/p/north/me/", [("note", CANARIES[0])])
        sessions.find_interrupted_form(holder, "/p/north/me/")
        sessions.forget_interrupted_form(holder, "/p/north/me/")
        single = sessions.issue_token(TokenPurpose.RESIDENT_LINK, holder)
        sessions.look_at_token(TokenPurpose.RESIDENT_LINK, single)
        sessions.use_token(TokenPurpose.RESIDENT_LINK, single)
        sessions.end_session(found.id)
        sessions.end_all_sessions(holder)
        sessions.void_tokens(holder)
        self.secrets += [token, single]

    def _post(self) -> None:
        messages = self.messages
        public_id = messages.queue(
            "resident_link", CANARIES[1], subject="Your link", name=CANARIES[0], link="/"
        )
        with transaction():
            message = db.session.scalars(
                select(Message).where(Message.public_id == public_id)
            ).one()
            message.state = MessageState.UNCERTAIN
        messages.send_again(public_id)
        messages.deliver_due(Pigeonhole())
        messages.note_bounce(public_id, f"{CANARIES[1]} is not known here")


def _live(token: str) -> LiveSession:
    visit = find_visit("north", token)
    assert visit is not None
    assert visit.session is not None
    return visit.session


class Pigeonhole:
    """Takes every message."""

    def deliver(self, envelope: object) -> None:
        """Deliver it to nobody."""


def test_no_entry_holds_a_personal_word_or_a_secret(world: World, database_url: str) -> None:
    gone = EveryUseCase(world)
    for module in (gone.accounts, gone.sessions, gone.people, gone.messages):
        assert module.unused() == set()
    with world.north.inside():
        assert verify_chain()[1] == []
        entries, _ = list_entries(1, 1000)
    assert len(entries) > 30
    kept = rows_of(database_url, "audit_entry", "audit_head").casefold()
    looked_for = [*CANARIES, "zwitscher", *gone.tokens, *gone.secrets]
    assert [word for word in looked_for if word.casefold() in kept] == []
    # The same search finds them where they may be.
    everywhere = rows_of(database_url, "resident", "staff", "message", "audit_seal").casefold()
    assert [word for word in CANARIES[:4] if word.casefold() not in everywhere] == []
    assert "zwitscher" in rows_of(database_url, "audit_seal").casefold()
