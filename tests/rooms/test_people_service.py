"""Residents, at the level of use cases: codes, return words, links, consents and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from engagement.accounts.errors import TokenRefused
from engagement.accounts.queries import find_visit
from engagement.audit.queries import list_entries
from engagement.extensions import db
from engagement.messages.models import Message
from engagement.messages.rules import MessageState
from engagement.people import service
from engagement.people.errors import (
    CodeRefused,
    NotAnAnswer,
    ReturnWordNotRight,
    ReturnWordTaken,
    ReturnWordTooShort,
    UnknownQuestion,
    UnknownResident,
)
from engagement.people.models import (
    Consent,
    LetterCode,
    MemberCode,
    ProfileAnswer,
    Resident,
)
from engagement.people.queries import list_residents, own_answers, own_details
from engagement.people.questions import AGE, DISABILITY, ETHNIC_GROUP, PREFER_NOT_TO_SAY, QUESTIONS
from engagement.people.rules import (
    LETTER_CODE_LIFE,
    MEMBER_CODE_LIFE,
    ContactBy,
    GivenHow,
    normal_return_word,
)
from tests.factories import Partnership, World
from tests.past import move_back

AtOnce = Callable[..., list[BaseException]]


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


def holder(north: Partnership, token: str) -> int | None:
    """The resident whom a session belongs to, while it lasts."""
    db.session.rollback()
    visit = find_visit(north.slug, token)
    return visit.session.resident_id if visit and visit.session else None


def count(table: type) -> int:
    """How many rows of the partnership a table has."""
    db.session.rollback()
    return db.session.scalar(select(func.count(table.id))) or 0  # type: ignore[attr-defined]


# Letters.


def test_each_adult_of_a_household_begins_with_the_same_letter(north: Partnership) -> None:
    letter = service.issue_letter_codes(1)[0]
    first = service.begin_from_letter(letter.lower(), "marmalade")
    second = service.begin_from_letter(letter.replace("-", ""), "Treacle  Tart")
    assert len({holder(north, first), holder(north, second)}) == 2
    back = service.return_to_letter(letter, " treacle TART ")
    assert holder(north, back) == holder(north, second)
    with pytest.raises(ReturnWordNotRight):
        service.return_to_letter(letter, "treacle")
    with pytest.raises(ReturnWordTaken):
        service.begin_from_letter(letter, "MARMALADE")
    with pytest.raises(ReturnWordTooShort):
        service.begin_from_letter(letter, " a  b ")
    assert count(Resident) == 2


def test_a_return_word_opens_nothing_with_another_letter(north: Partnership) -> None:
    here, there = service.issue_letter_codes(2)
    service.begin_from_letter(here, "marmalade")
    with pytest.raises(ReturnWordNotRight):
        service.return_to_letter(there, "marmalade")
    service.begin_from_letter(there, "marmalade")
    assert count(Resident) == 2


def test_of_many_who_begin_with_one_word_at_once_one_does(
    north: Partnership, at_once: AtOnce
) -> None:
    letter = service.issue_letter_codes(1)[0]
    raised = at_once(
        *[lambda: service.begin_from_letter(letter, "marmalade")] * 4, partnership_id=north.id
    )
    assert [type(error) for error in raised] == [ReturnWordTaken] * 3
    assert count(Resident) == 1


def test_many_who_begin_with_words_of_their_own_at_once_all_do(
    north: Partnership, at_once: AtOnce
) -> None:
    letter = service.issue_letter_codes(1)[0]
    begin = [
        lambda word=word: service.begin_from_letter(letter, word) for word in ("one 1", "two 2")
    ]
    assert at_once(*begin, partnership_id=north.id) == []
    assert count(Resident) == 2


def test_a_letter_is_refused_when_its_time_has_passed_or_elsewhere(
    app: Flask, world: World, north: Partnership
) -> None:
    letter = service.issue_letter_codes(1)[0]
    with world.south.inside(), pytest.raises(CodeRefused):
        service.begin_from_letter(letter, "marmalade")
    move_back(app, LetterCode.expires_at, LETTER_CODE_LIFE - timedelta(minutes=1))
    service.begin_from_letter(letter, "marmalade")
    move_back(app, LetterCode.expires_at, timedelta(minutes=2))
    with pytest.raises(CodeRefused):
        service.begin_from_letter(letter, "treacle")
    with pytest.raises(CodeRefused):
        service.return_to_letter(letter, "marmalade")


def test_letters_are_made_in_numbers_and_each_is_different(north: Partnership) -> None:
    programme = north.programme()
    codes = service.issue_letter_codes(300, programme.id)
    assert len(set(codes)) == count(LetterCode) == 300
    assert list_entries(1, 1)[0][0].facts == {"count": 300}


def test_a_return_word_is_compared_without_capitals_and_spare_spaces() -> None:
    assert normal_return_word("  Große   STRASSE\t") == "grosse strasse"


# A resident's own code.


def test_a_new_code_replaces_the_old_one_and_ends_its_sessions(north: Partnership) -> None:
    resident = north.resident()
    old = service.issue_member_code(resident.public_id)
    session = service.enter_with_member_code(old)
    new = service.issue_member_code(resident.public_id)
    assert new != old
    assert holder(north, session) is None
    with pytest.raises(CodeRefused):
        service.enter_with_member_code(old)
    session = service.enter_with_member_code(f" {new.lower().replace('-', ' ')} ")
    assert holder(north, session) == resident.id
    service.revoke_member_code(resident.public_id)
    assert holder(north, session) is None
    with pytest.raises(CodeRefused):
        service.enter_with_member_code(new)


def test_a_code_is_for_its_own_use_only(app: Flask, world: World, north: Partnership) -> None:
    resident, letter = north.resident(), service.issue_letter_codes(1)[0]
    own = service.issue_member_code(resident.public_id)
    with pytest.raises(CodeRefused):
        service.begin_from_letter(own, "marmalade")
    with pytest.raises(CodeRefused):
        service.enter_with_member_code(letter)
    with world.south.inside():
        with pytest.raises(CodeRefused):
            service.enter_with_member_code(own)
        with pytest.raises(UnknownResident):
            service.issue_member_code(resident.public_id)
    move_back(app, MemberCode.expires_at, MEMBER_CODE_LIFE)
    with pytest.raises(CodeRefused):
        service.enter_with_member_code(own)
    for nonsense in ("", "-", "00000-00000", "' OR 1=1 --", "x" * 10_000, "\x00"):
        with pytest.raises(CodeRefused):
            service.look_up_code(nonsense)


# Links by e-mail.


def test_a_link_is_sent_to_the_one_who_has_the_address(world: World, north: Partnership) -> None:
    ada, tokens = north.resident("Ada", "ada@example.net"), []
    world.south.resident("Eve", "eve@example.net")

    def link_to(token: str) -> str:
        tokens.append(token)
        return f"https://engagement.test/{token}"

    service.send_link(" ADA@example.net ", link_to)
    service.look_at_link(tokens[0])
    service.look_at_link(tokens[0])
    assert holder(north, service.enter_with_link(tokens[0])) == ada.id
    with pytest.raises(TokenRefused):
        service.enter_with_link(tokens[0])

    for nobody in ("eve@example.net", "", "nobody@example.net", "%"):
        service.send_link(nobody, link_to)
        with pytest.raises(TokenRefused):
            service.enter_with_link(tokens[-1])
    queued = db.session.scalars(
        select(Message.recipient).where(Message.state == MessageState.QUEUED)
    ).all()
    assert queued == ["ada@example.net"]


def test_two_who_share_an_address_get_no_link(north: Partnership) -> None:
    tokens: list[str] = []
    for name in ("Ada", "Bob"):
        north.resident(name, "both@example.net")
    service.send_link("both@example.net", lambda token: tokens.append(token) or "")  # type: ignore[func-returns-value]
    with pytest.raises(TokenRefused):
        service.enter_with_link(tokens[0])


# Details, consents and answers.


def answer(resident_id: int, key: str, value: str, words: str = "What is it?") -> None:
    """Answer a question online."""
    service.answer_question(resident_id, key, value, words, GivenHow.ONLINE)


def test_an_answer_stands_with_the_consent_to_its_exact_words(north: Partnership) -> None:
    resident = north.resident()
    answer(resident.id, ETHNIC_GROUP.key, "black", "What is your ethnic group?")
    answer(resident.id, ETHNIC_GROUP.key, "mixed", "What is your ethnic group?")
    assert own_answers(resident.id) == {ETHNIC_GROUP.key: "mixed"}
    consents = db.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [consent.withdrawn_at is None for consent in consents] == [False, True]
    kept = db.session.scalars(select(ProfileAnswer)).one()
    assert kept.consent_id == consents[1].id
    assert consents[1].wording == ETHNIC_GROUP.wording
    assert consents[1].wording_text == "What is your ethnic group?"
    assert consents[1].given_how is GivenHow.ONLINE
    assert consents[1].purpose


def test_withdrawing_takes_one_step_and_leaves_no_answer(north: Partnership) -> None:
    resident = north.resident()
    answer(resident.id, DISABILITY.key, "limited-a-lot")
    service.withdraw_answer(resident.id, DISABILITY.key)
    service.withdraw_answer(resident.id, DISABILITY.key)
    assert own_answers(resident.id) == {}
    assert count(ProfileAnswer) == 0
    assert db.session.scalars(select(Consent)).one().withdrawn_at is not None
    actions = [entry.action for entry in list_entries(1, 100)[0]]
    assert actions.count("profile.withdrawn") == 1


def test_every_question_takes_prefer_not_to_say_and_nothing_unknown(north: Partnership) -> None:
    resident = north.resident()
    for question in QUESTIONS:
        answer(resident.id, question.key, PREFER_NOT_TO_SAY)
        for choice in question.choices:
            answer(resident.id, question.key, choice.value)
        for wrong in ("", "nonsense", question.choices[0].value.upper()):
            with pytest.raises(NotAnAnswer):
                answer(resident.id, question.key, wrong)
    with pytest.raises(UnknownQuestion):
        answer(resident.id, "religion", "yes")
    assert count(ProfileAnswer) == len(QUESTIONS)


def test_two_answers_at_once_leave_one(north: Partnership, at_once: AtOnce) -> None:
    resident = north.resident()
    raised = at_once(*[lambda: answer(resident.id, AGE.key, "35-49")] * 4, partnership_id=north.id)
    assert raised == []
    assert count(ProfileAnswer) == 1
    standing = select(func.count(Consent.id)).where(Consent.withdrawn_at.is_(None))
    assert db.session.scalar(standing) == 1


def test_details_are_kept_without_spare_spaces(north: Partnership) -> None:
    public_id = service.add_resident(
        " Ada ", email=" ADA@Example.net ", phone=" 01632 ", contact_by=ContactBy.PHONE
    )
    key = service.resident_key(public_id)
    assert own_details(key).email == "ada@example.net"
    service.change_own_details(key, " Bea ", " B@x.org ", " 1 ", " 2 High St ", ContactBy.POST)
    details = own_details(key)
    assert (details.name, details.email, details.phone) == ("Bea", "b@x.org", "1")
    assert (details.address, details.contact_by) == ("2 High St", ContactBy.POST)


def test_a_search_finds_words_in_name_address_and_number_and_takes_no_pattern(
    north: Partnership,
) -> None:
    for name, email in (("Ada Brown", "ada@example.net"), ("100% Bob", ""), ("Cy_d", "")):
        north.resident(name, email)

    def found(search: str) -> list[str]:
        rows, total = list_residents(1, 50, search)
        assert len(rows) == total
        return [row.name for row in rows]

    assert found("BROWN ada") == ["Ada Brown"]
    assert found("example.net") == ["Ada Brown"]
    assert found("960 777") == ["100% Bob", "Ada Brown", "Cy_d"]
    assert found("%") == ["100% Bob"]
    assert found("_") == ["Cy_d"]
    assert found("' OR 1=1 --") == []
