"""Staff accounts, at the level of use cases: roles, closing, links, second factors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from engagement.accounts import service
from engagement.accounts.credentials import (
    CODE_ALPHABET,
    check_new_password,
    new_code,
    normalise_code,
    totp_step,
)
from engagement.accounts.errors import (
    CodeNotRight,
    EmailTaken,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    SignInRefused,
    TokenRefused,
    UnknownStaff,
    WouldLockEveryoneOut,
)
from engagement.accounts.models import Grant, SignInSession, Token
from engagement.accounts.models import Staff as StaffTable
from engagement.accounts.queries import find_staff, find_visit, recovery_codes_left, staff_principal
from engagement.accounts.rules import (
    NO_ROLE_LIMIT,
    ROLE_LIMITS,
    PrincipalKind,
    Role,
    StaffState,
    TokenPurpose,
    session_limit,
)
from engagement.accounts.sessions import Holder, issue_token, look_at_token, use_token
from engagement.database import clock
from engagement.extensions import db
from tests.factories import PASSWORD, Partnership, Staff, World
from tests.past import move_back

AtOnce = Callable[..., list[BaseException]]


class Links:
    """Collects the tokens of the links that are sent."""

    def __init__(self) -> None:
        self.tokens: list[str] = []

    def __call__(self, token: str) -> str:
        self.tokens.append(token)
        return f"https://engagement.test/{token}"

    @property
    def last(self) -> str:
        """The token of the newest link."""
        return self.tokens[-1]


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


@pytest.fixture
def links() -> Links:
    """The links that are sent."""
    return Links()


def state_of(staff: Staff) -> StaffState:
    """Where an account stands."""
    found = find_staff(staff.public_id)
    assert found is not None
    return found.state


def lives(north: Partnership, token: str) -> bool:
    """Whether a session's token lets its holder in."""
    db.session.rollback()
    visit = find_visit(north.slug, token)
    return bool(visit and visit.session and staff_principal(visit.session))


# The last administrator.


def test_the_last_administrator_is_neither_closed_nor_loses_the_role(north: Partnership) -> None:
    only = north.staff(Role.ADMINISTRATOR, Role.OFFICER)
    closed, invited = north.staff(Role.ADMINISTRATOR), Links()
    service.disable_staff(closed.public_id)
    service.invite_staff("new@north.example", "New", [(Role.ADMINISTRATOR, None)], invited)
    with pytest.raises(WouldLockEveryoneOut):
        service.disable_staff(only.public_id)
    with pytest.raises(WouldLockEveryoneOut):
        service.withdraw_role(only.public_id, Role.ADMINISTRATOR)
    service.withdraw_role(only.public_id, Role.OFFICER)
    assert state_of(only) is StaffState.ACTIVE

    other = north.staff(Role.ADMINISTRATOR)
    service.withdraw_role(only.public_id, Role.ADMINISTRATOR)
    service.disable_staff(only.public_id)
    with pytest.raises(WouldLockEveryoneOut):
        service.disable_staff(other.public_id)


def test_an_administrator_elsewhere_does_not_count(world: World, north: Partnership) -> None:
    world.south.staff(Role.ADMINISTRATOR)
    only = north.staff(Role.ADMINISTRATOR)
    with pytest.raises(WouldLockEveryoneOut):
        service.disable_staff(only.public_id)


@pytest.mark.parametrize("how", ["close", "take the role", "one each"])
def test_two_administrators_who_end_each_other_at_once_leave_one(
    app: Flask, north: Partnership, at_once: AtOnce, how: str
) -> None:
    first, second = north.staff(Role.ADMINISTRATOR), north.staff(Role.ADMINISTRATOR)

    def close(who: Staff) -> None:
        service.disable_staff(who.public_id)

    def take(who: Staff) -> None:
        service.withdraw_role(who.public_id, Role.ADMINISTRATOR)

    ways = {"close": (close, close), "take the role": (take, take), "one each": (close, take)}
    one, other = ways[how]
    raised = at_once(lambda: one(first), lambda: other(second), partnership_id=north.id)
    assert [type(error) for error in raised] == [WouldLockEveryoneOut]
    left = db.session.scalar(
        select(func.count(Grant.id))
        .join(StaffTable, StaffTable.id == Grant.staff_id)
        .where(Grant.role == Role.ADMINISTRATOR, StaffTable.state == StaffState.ACTIVE)
    )
    assert left == 1


# Roles.


def grants_of(staff: Staff) -> set[tuple[Role, int | None]]:
    """The roles that somebody holds, with their programmes."""
    found = find_staff(staff.public_id)
    assert found is not None
    assert len(found.grants) == len(set(found.grants))
    return {(grant.role, grant.programme_id) for grant in found.grants}


def test_a_role_holds_in_one_programme_or_in_all(north: Partnership) -> None:
    here, there = north.programme("Here"), north.programme("There")
    somebody = north.staff(Role.FACILITATOR, programme=here)
    service.grant_role(somebody.public_id, Role.OFFICER, there.id)
    service.grant_role(somebody.public_id, Role.OFFICER, there.id)
    service.grant_role(somebody.public_id, Role.PHONE_OPERATOR)
    service.grant_role(somebody.public_id, Role.PHONE_OPERATOR)
    assert grants_of(somebody) == {
        (Role.FACILITATOR, here.id),
        (Role.OFFICER, there.id),
        (Role.PHONE_OPERATOR, None),
    }
    session = north.session(somebody)
    db.session.rollback()
    visit = find_visit(north.slug, session)
    assert visit is not None
    assert visit.session is not None
    principal = staff_principal(visit.session)
    assert principal is not None
    assert principal.roles == {Role.PHONE_OPERATOR}
    assert principal.programmes_with(Role.FACILITATOR) == {here.id}
    assert principal.programmes_with(Role.FACILITATOR, Role.OFFICER) == {here.id, there.id}
    assert principal.programmes_with(Role.PHONE_OPERATOR) is None
    assert principal.programmes_with(Role.SAFEGUARDING_LEAD) == frozenset()
    assert not principal.has_role(Role.ADMINISTRATOR)


def test_taking_a_role_in_one_programme_leaves_the_same_role_elsewhere(north: Partnership) -> None:
    here, there = north.programme("Here"), north.programme("There")
    somebody = north.staff(Role.OFFICER)
    for place in (here.id, there.id):
        service.grant_role(somebody.public_id, Role.OFFICER, place)
    service.withdraw_role(somebody.public_id, Role.OFFICER, here.id)
    assert grants_of(somebody) == {(Role.OFFICER, None), (Role.OFFICER, there.id)}
    service.withdraw_role(somebody.public_id, Role.OFFICER)
    assert grants_of(somebody) == {(Role.OFFICER, there.id)}


def test_an_administrator_is_never_limited_to_a_programme(north: Partnership, links: Links) -> None:
    programme, somebody = north.programme(), north.staff(Role.OFFICER)
    with pytest.raises(ValueError, match="cannot be limited to a programme"):
        service.grant_role(somebody.public_id, Role.ADMINISTRATOR, programme.id)
    with pytest.raises(ValueError, match="cannot be limited to a programme"):
        service.invite_staff("b@north.example", "B", [(Role.ADMINISTRATOR, programme.id)], links)
    assert grants_of(somebody) == {(Role.OFFICER, None)}
    assert db.session.scalar(select(func.count(StaffTable.id))) == 1


def test_a_role_is_not_given_in_a_programme_of_another_partnership(
    world: World, north: Partnership
) -> None:
    theirs, somebody = world.south.programme(), north.staff(Role.OFFICER)
    with pytest.raises(IntegrityError):
        service.grant_role(somebody.public_id, Role.OFFICER, theirs.id)
    assert grants_of(somebody) == {(Role.OFFICER, None)}


def test_staff_of_another_partnership_are_unknown(world: World, north: Partnership) -> None:
    theirs = world.south.staff(Role.OFFICER)
    for act in (
        lambda: service.disable_staff(theirs.public_id),
        lambda: service.grant_role(theirs.public_id, Role.OFFICER),
        lambda: service.enable_staff(theirs.public_id, str),
        lambda: service.remove_second_factor(theirs.public_id, str),
        lambda: service.invite_again(theirs.public_id, str),
    ):
        with pytest.raises(UnknownStaff):
            act()
    with pytest.raises(SignInRefused):
        service.check_password(theirs.email, theirs.password)


def test_the_strictest_limit_of_all_roles_holds() -> None:
    assert session_limit(frozenset()) == NO_ROLE_LIMIT
    for role in Role:
        assert session_limit(frozenset({role})) == ROLE_LIMITS[role]
    every = session_limit(frozenset(Role))
    assert every.idle == min(limit.idle for limit in ROLE_LIMITS.values())
    assert every.absolute == min(limit.absolute for limit in ROLE_LIMITS.values())


# Inviting and opening.


def test_an_address_has_one_account_in_a_partnership(world: World, links: Links) -> None:
    with world.north.inside():
        service.invite_staff(" Ada@Example.ORG ", "Ada", [], links)
        with pytest.raises(EmailTaken):
            service.invite_staff("ada@example.org", "Ada", [], links)
    with world.south.inside():
        service.invite_staff("ada@example.org", "Ada", [], links)


def test_a_closed_account_is_not_opened_by_the_link_of_its_invitation(
    north: Partnership, links: Links
) -> None:
    made = service.invite_staff("ada@example.org", "Ada", [(Role.OFFICER, None)], links)
    old = links.last
    service.disable_staff(made.staff_public_id)
    with pytest.raises(TokenRefused):
        service.accept_invitation(old, PASSWORD)
    service.enable_staff(made.staff_public_id, links)
    with pytest.raises(TokenRefused):
        service.accept_invitation(old, PASSWORD)
    assert links.last != old
    service.accept_invitation(links.last, PASSWORD)


def test_an_account_closed_between_password_and_app_stays_closed(
    north: Partnership, links: Links
) -> None:
    made = service.invite_staff("ada@example.org", "Ada", [(Role.OFFICER, None)], links)
    step = service.accept_invitation(links.last, PASSWORD)
    enrolment = service.begin_enrolment(step)
    assert enrolment is not None
    service.disable_staff(made.staff_public_id)
    code = pyotp.TOTP(enrolment.secret).at(int(clock.now().timestamp()))
    with pytest.raises(TokenRefused):
        service.confirm_enrolment(step, code)
    found = find_staff(made.staff_public_id)
    assert found is not None
    assert found.state is StaffState.DISABLED


def test_a_closed_account_lets_nobody_in_by_any_way(north: Partnership, links: Links) -> None:
    somebody, session = north.staff(Role.OFFICER), None
    session = north.session(somebody)
    service.send_password_reset(somebody.email, links)
    step = service.check_password(somebody.email, PASSWORD)
    assert lives(north, session)
    service.disable_staff(somebody.public_id)
    assert not lives(north, session)
    with pytest.raises(SignInRefused):
        service.check_password(somebody.email, PASSWORD)
    with pytest.raises(TokenRefused):
        service.check_second_factor(step, somebody.app.now())
    with pytest.raises(TokenRefused):
        service.reset_password(links.last, "another fine password")
    sent = len(links.tokens)
    service.send_password_reset(somebody.email, links)
    with pytest.raises(TokenRefused):
        look_at_token(TokenPurpose.PASSWORD_RESET, links.tokens[sent])


def test_a_closed_account_is_not_opened_by_removing_its_second_factor(
    north: Partnership, links: Links
) -> None:
    somebody = north.staff(Role.OFFICER)
    service.disable_staff(somebody.public_id)
    with pytest.raises(UnknownStaff):
        service.remove_second_factor(somebody.public_id, links)
    assert state_of(somebody) is StaffState.DISABLED


def test_an_open_account_never_counts_as_left(north: Partnership, links: Links) -> None:
    somebody = north.staff(Role.OFFICER)
    service.disable_staff(somebody.public_id)
    service.enable_staff(somebody.public_id, links)
    service.remove_second_factor(somebody.public_id, links)
    for row in db.session.scalars(select(StaffTable)):
        assert (row.disabled_at is None) == (row.state is not StaffState.DISABLED)


def test_without_a_second_factor_everything_begins_anew(north: Partnership, links: Links) -> None:
    somebody = north.staff(Role.OFFICER)
    session = north.session(somebody)
    service.send_password_reset(somebody.email, links)
    reset = links.last
    service.remove_second_factor(somebody.public_id, links)
    assert not lives(north, session)
    with pytest.raises(SignInRefused):
        service.check_password(somebody.email, PASSWORD)
    with pytest.raises(TokenRefused):
        service.reset_password(reset, "another fine password")
    step = service.accept_invitation(links.last, "another fine password")
    enrolment = service.begin_enrolment(step)
    assert enrolment is not None
    assert enrolment.secret != somebody.app.secret
    with pytest.raises(CodeNotRight):
        service.confirm_enrolment(step, somebody.app.at(int(clock.now().timestamp())))
    assert state_of(somebody) is StaffState.INVITED


# Passwords.


def test_a_changed_password_ends_every_other_session_and_link(
    north: Partnership, links: Links
) -> None:
    somebody = north.staff(Role.OFFICER)
    mine, other = north.session(somebody), north.session(somebody)
    service.send_password_reset(somebody.email, links)
    step = service.check_password(somebody.email, PASSWORD)
    visit = find_visit(north.slug, mine)
    assert visit is not None
    assert visit.session is not None
    with pytest.raises(SignInRefused):
        service.change_password(somebody.id, visit.session.id, "wrong", "another fine password")
    service.change_password(somebody.id, visit.session.id, PASSWORD, "another fine password")
    assert (lives(north, mine), lives(north, other)) == (True, False)
    with pytest.raises(TokenRefused):
        service.reset_password(links.last, "one more fine password")
    with pytest.raises(TokenRefused):
        service.check_second_factor(step, somebody.app.now())


def test_a_reset_keeps_the_second_factor_and_ends_every_session(
    north: Partnership, links: Links
) -> None:
    somebody = north.staff(Role.OFFICER)
    session = north.session(somebody)
    service.send_password_reset(somebody.email.upper(), links)
    service.reset_password(links.last, "another fine password")
    assert not lives(north, session)
    with pytest.raises(TokenRefused):
        service.reset_password(links.last, "another fine password")
    step = service.check_password(somebody.email, "another fine password")
    code = somebody.app.at(int(clock.now().timestamp()) + 30)
    assert lives(north, service.check_second_factor(step, code))


def test_a_password_that_is_refused_uses_no_link_up(north: Partnership, links: Links) -> None:
    somebody = north.staff(Role.OFFICER)
    service.send_password_reset(somebody.email, links)
    with pytest.raises(PasswordTooShort):
        service.reset_password(links.last, "short")
    service.reset_password(links.last, "another fine password")


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("1234567", PasswordTooShort),
        ("x" * 257, PasswordTooLong),
        ("password1", PasswordTooCommon),
        ("PassWord1", PasswordTooCommon),
        ("aaaaaaaaaaaa", PasswordTooCommon),
        ("Ada Brown", PasswordTooCommon),
        ("ADA@example.org", PasswordTooCommon),
    ],
)
def test_a_weak_password_is_refused(password: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_new_password(password, own_words=("Ada Brown", "ada@example.org", ""))


@pytest.mark.parametrize(
    "password",
    ["seven wet herons", "пароль мой хорош", "x1y2z3w4", " spaces  count ", "ééé a1b2c3"],
)
def test_any_characters_make_a_password(password: str) -> None:
    check_new_password(password, own_words=("Ada Brown",))
    check_new_password((password * 20)[:256])


# Single use.


def test_a_link_works_once_for_one_purpose_until_it_expires_or_is_replaced(
    app: Flask, north: Partnership
) -> None:
    somebody = north.staff(Role.OFFICER)
    holder = Holder(PrincipalKind.STAFF, somebody.id)
    for purpose in TokenPurpose:
        token = issue_token(purpose, holder)
        for other in set(TokenPurpose) - {purpose}:
            with pytest.raises(TokenRefused):
                look_at_token(other, token)
            with pytest.raises(TokenRefused):
                use_token(other, token)
        assert look_at_token(purpose, token) == holder
        assert use_token(purpose, token) == holder
        with pytest.raises(TokenRefused):
            use_token(purpose, token)

        replaced = issue_token(purpose, holder)
        newer = issue_token(purpose, holder)
        with pytest.raises(TokenRefused):
            use_token(purpose, replaced)
        assert look_at_token(purpose, newer) == holder
        move_back(app, Token.expires_at, timedelta(days=8))
        with pytest.raises(TokenRefused):
            use_token(purpose, newer)


def test_a_link_of_nobody_and_of_another_partnership_is_refused(
    world: World, north: Partnership
) -> None:
    nobodys = issue_token(TokenPurpose.PASSWORD_RESET, None)
    with pytest.raises(TokenRefused):
        use_token(TokenPurpose.PASSWORD_RESET, nobodys)
    somebody = world.south.staff(Role.OFFICER)
    with world.south.inside():
        theirs = issue_token(TokenPurpose.PASSWORD_RESET, Holder(PrincipalKind.STAFF, somebody.id))
    with pytest.raises(TokenRefused):
        use_token(TokenPurpose.PASSWORD_RESET, theirs)


def test_of_many_who_use_a_link_at_once_one_succeeds(north: Partnership, at_once: AtOnce) -> None:
    somebody = north.staff(Role.OFFICER)
    token = issue_token(TokenPurpose.PASSWORD_RESET, Holder(PrincipalKind.STAFF, somebody.id))
    raised = at_once(
        *[lambda: use_token(TokenPurpose.PASSWORD_RESET, token)] * 6, partnership_id=north.id
    )
    assert [type(error) for error in raised] == [TokenRefused] * 5


def test_of_many_who_use_a_code_of_the_app_at_once_one_gets_in(
    north: Partnership, at_once: AtOnce
) -> None:
    somebody = north.staff(Role.OFFICER)
    steps = [issue_token(TokenPurpose.SECOND_FACTOR, Holder(PrincipalKind.STAFF, somebody.id))]
    code = somebody.app.at(int(clock.now().timestamp()) + 30)
    before = db.session.scalar(select(func.count(SignInSession.id))) or 0
    db.session.rollback()
    raised = at_once(
        *[lambda: service.check_second_factor(steps[0], code)] * 4, partnership_id=north.id
    )
    assert len(raised) == 3
    assert {type(error) for error in raised} <= {CodeNotRight, TokenRefused}
    assert db.session.scalar(select(func.count(SignInSession.id))) == before + 1


def test_a_code_of_the_app_is_not_taken_twice(north: Partnership) -> None:
    somebody = north.staff(Role.OFFICER)
    code = somebody.app.at(int(clock.now().timestamp()) + 30)
    step = service.check_password(somebody.email, PASSWORD)
    service.check_second_factor(step, f" {code[:3]} {code[3:]} ")
    step = service.check_password(somebody.email, PASSWORD)
    with pytest.raises(CodeNotRight):
        service.check_second_factor(step, code)


def test_a_recovery_code_works_once_and_renewing_replaces_all(north: Partnership) -> None:
    somebody = north.staff(Role.OFFICER)
    with pytest.raises(SignInRefused):
        service.renew_recovery_codes(somebody.id, "wrong")
    codes = service.renew_recovery_codes(somebody.id, PASSWORD)
    assert len(set(codes)) == recovery_codes_left(somebody.id) == service.RECOVERY_CODES
    step = service.check_password(somebody.email, PASSWORD)
    service.check_second_factor(step, codes[0].lower().replace("-", " "))
    assert recovery_codes_left(somebody.id) == service.RECOVERY_CODES - 1
    step = service.check_password(somebody.email, PASSWORD)
    with pytest.raises(CodeNotRight):
        service.check_second_factor(step, codes[0])
    service.renew_recovery_codes(somebody.id, PASSWORD)
    with pytest.raises(CodeNotRight):
        service.check_second_factor(step, codes[1])


@pytest.mark.parametrize("offset", [-90, -60, -30, 0, 30, 60, 90])
def test_one_step_of_clock_error_is_forgiven(offset: int) -> None:
    app, at = pyotp.TOTP(pyotp.random_base32()), 1_800_000_015
    code = app.at(at + offset)
    if abs(offset) <= 30:
        step = totp_step(app.secret, code, at, after=None)
        with pytest.raises(CodeNotRight):
            totp_step(app.secret, code, at, after=step)
    else:
        with pytest.raises(CodeNotRight):
            totp_step(app.secret, code, at, after=None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_code_of_an_app_is_refused(code: str) -> None:
    with pytest.raises(CodeNotRight):
        totp_step(pyotp.random_base32(), code, 1_800_000_000, after=None)


def test_typed_codes_survive_handwriting() -> None:
    for code in (new_code() for _ in range(200)):
        assert len(code) == 11
        assert set(code) <= {*CODE_ALPHABET, "-"}
        told = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert normalise_code(told) == code
        assert normalise_code(code.replace("1", "I").replace("-", "")) == code
