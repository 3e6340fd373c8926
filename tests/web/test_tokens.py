"""A token is for one purpose, and for nothing else whatever."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import text

from engagement.accounts import service as accounts
from engagement.accounts.errors import TokenRefused
from engagement.accounts.rules import TOKEN_LIFE, PrincipalKind, Role, TokenPurpose
from engagement.accounts.sessions import Holder, issue_token, look_at_token, use_token
from engagement.extensions import Base, db
from engagement.people import service as people
from engagement.people.errors import CodeRefused
from tests.architecture.samples import OBJECTS
from tests.client import BASE_URL, CheckedClient
from tests.factories import World

Browse = Callable[[], CheckedClient]


class Tokens:
    """One fresh token for each purpose, and what else opens something."""

    def __init__(self, world: World) -> None:
        north, programme = world.north, world.north.programme()
        resident = north.resident(email="ada@north.example")
        officer = north.staff(Role.OFFICER)
        self.by_purpose = {
            TokenPurpose.INVITATION: OBJECTS["invitation/<token>"](north, programme, {}),
            TokenPurpose.PASSWORD_RESET: OBJECTS["reset/<token>"](north, programme, {}),
            TokenPurpose.RESIDENT_LINK: OBJECTS["link/<token>"](north, programme, {}),
        }
        with north.inside():
            self.by_purpose[TokenPurpose.SECOND_FACTOR] = accounts.check_password(
                officer.email, officer.password
            )
            self.others = {
                "session of staff": north.session(officer),
                "session of a resident": north.session(resident),
                "member's code": people.issue_member_code(north.resident("Bea").public_id),
                "letter's code": people.issue_letter_codes(1)[0],
                "recovery code": accounts.renew_recovery_codes(officer.id, officer.password)[0],
            }


PAGES = {
    TokenPurpose.INVITATION: "/p/north/staff/invitation/{}",
    TokenPurpose.PASSWORD_RESET: "/p/north/staff/reset/{}",
    TokenPurpose.RESIDENT_LINK: "/p/north/me/link/{}",
}


def test_there_is_a_token_of_every_purpose(world: World) -> None:
    assert set(Tokens(world).by_purpose) == set(TokenPurpose) == set(TOKEN_LIFE)


def test_a_token_of_one_purpose_is_refused_by_every_other(world: World) -> None:
    tokens = Tokens(world).by_purpose
    with world.north.inside():
        for given, asked in permutations(TokenPurpose, 2):
            with pytest.raises(TokenRefused):
                look_at_token(asked, tokens[given])
            with pytest.raises(TokenRefused):
                use_token(asked, tokens[given])
        for purpose, token in tokens.items():
            holder = look_at_token(purpose, token)
            assert use_token(purpose, token) == holder
            with pytest.raises(TokenRefused):
                use_token(purpose, token)


def test_a_page_takes_tokens_of_its_own_purpose_only(world: World, browse: Browse) -> None:
    tokens = Tokens(world)
    for asked, page in PAGES.items():
        for given, token in [*tokens.by_purpose.items(), *tokens.others.items()]:
            answer = browse().get(page.format(token))
            assert answer.status_code == (200 if given is asked else 404), f"{given} at {asked}"


def test_no_token_is_a_session_or_a_first_step(world: World, browse: Browse) -> None:
    tokens = Tokens(world)
    for given, token in [*tokens.by_purpose.items(), *tokens.others.items()]:
        if not str(given).startswith("session"):
            browser = browse().be(token)
            assert browser.get("/p/north/staff/account").status_code == 303, given
            assert browser.get("/p/north/me/").status_code == 303, given
        if given is not TokenPurpose.SECOND_FACTOR:
            browser = browse()
            with browser.session_transaction(base_url=BASE_URL) as session:
                session.update(second_step=token, account="x@north.example")
            assert browser.get("/p/north/staff/code").status_code == 303, given


def test_no_token_is_a_code(world: World, browse: Browse) -> None:
    tokens = Tokens(world)
    for given, token in [*tokens.by_purpose.items(), *tokens.others.items()]:
        if "'s code" in str(given):
            continue
        with world.north.inside(), pytest.raises(CodeRefused):
            people.look_up_code(token)


def test_a_token_of_another_partnership_is_refused(world: World, browse: Browse) -> None:
    tokens = Tokens(world)
    with world.south.inside():
        for purpose, token in tokens.by_purpose.items():
            with pytest.raises(TokenRefused):
                use_token(purpose, token)
    for purpose, page in PAGES.items():
        south = page.format(tokens.by_purpose[purpose]).replace("/north/", "/south/")
        assert browse().get(south).status_code == 404


def test_a_new_token_replaces_the_last_of_its_purpose_and_holder_only(world: World) -> None:
    officer, other = world.north.staff(Role.OFFICER), world.north.staff(Role.OFFICER)
    mine, theirs = Holder(PrincipalKind.STAFF, officer.id), Holder(PrincipalKind.STAFF, other.id)
    with world.north.inside():
        first = issue_token(TokenPurpose.PASSWORD_RESET, mine)
        step = issue_token(TokenPurpose.SECOND_FACTOR, mine)
        of_other = issue_token(TokenPurpose.PASSWORD_RESET, theirs)
        second = issue_token(TokenPurpose.PASSWORD_RESET, mine)
        with pytest.raises(TokenRefused):
            look_at_token(TokenPurpose.PASSWORD_RESET, first)
        assert look_at_token(TokenPurpose.PASSWORD_RESET, second) == mine
        assert look_at_token(TokenPurpose.SECOND_FACTOR, step) == mine
        assert look_at_token(TokenPurpose.PASSWORD_RESET, of_other) == theirs


def test_a_token_for_nobody_can_never_be_used(world: World) -> None:
    with world.north.inside():
        for purpose in TokenPurpose:
            token = issue_token(purpose, None)
            for use in (look_at_token, use_token):
                with pytest.raises(TokenRefused):
                    use(purpose, token)


def test_every_token_and_code_is_stored_as_a_hash_only(app: Flask, world: World) -> None:
    tokens = Tokens(world)
    secrets = [*tokens.by_purpose.values(), *tokens.others.values()]
    held = ""
    with app.app_context(), db.engine.connect() as connection:
        for name in Base.metadata.tables:
            # A message holds its link until it has left: it could not be sent otherwise.
            if name != "message":
                held += repr(connection.execute(text(f"SELECT * FROM {name}")).all())
    assert len(held) > 1000
    assert [secret for secret in secrets if secret in held] == []


def test_tokens_cannot_be_guessed(world: World) -> None:
    tokens = Tokens(world).by_purpose.values()
    assert all(len(token) >= 43 for token in tokens)
    assert len(set(tokens)) == len(tokens)
