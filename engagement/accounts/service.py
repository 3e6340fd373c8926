"""Use cases of staff accounts: inviting, signing in, second factors, roles, disabling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import delete, func, select, update

from engagement.accounts import credentials
from engagement.accounts.errors import (
    CodeNotRight,
    EmailTaken,
    GuestsHoldRolesInProgrammes,
    SignInRefused,
    TokenRefused,
    UnknownStaff,
    WouldLockEveryoneOut,
)
from engagement.accounts.models import Grant, RecoveryCode, Staff
from engagement.accounts.rules import (
    PROGRAMME_ROLES,
    PrincipalKind,
    Role,
    StaffState,
    TokenPurpose,
    session_limit,
)
from engagement.accounts.sessions import (
    Holder,
    end_all_sessions,
    issue_token,
    look_at_token,
    start_session,
    use_token,
    void_tokens,
)
from engagement.audit.service import record
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.messages.service import queue

RECOVERY_CODES = 10


def _holder(staff: Staff) -> Holder:
    return Holder(PrincipalKind.STAFF, staff.id)


def _staff(public_id: str) -> Staff:
    staff = db.session.scalars(select(Staff).where(Staff.public_id == public_id)).one_or_none()
    if staff is None:
        raise UnknownStaff(public_id)
    return staff


def _by_key(staff_id: int) -> Staff:
    return db.session.scalars(select(Staff).where(Staff.id == staff_id)).one()


def _normal(email: str) -> str:
    return email.strip().casefold()


LinkTo = Callable[[str], str]


@dataclass(frozen=True)
class Invitation:
    """An account and the link that opens it."""

    staff_public_id: str
    link: str


@transactional
def invite_staff(
    email: str,
    name: str,
    roles: Sequence[tuple[Role, int | None]],
    link_to: LinkTo,
    *,
    organisation_id: int | None = None,
) -> Invitation:
    """Make an account and send its holder the link that opens it.

    ``roles`` pairs each role with the key of a programme, or ``None`` for the whole partnership;
    ``link_to`` makes the link from its token; ``organisation_id`` says whom they work for, if not
    the partnership. Raises ``EmailTaken`` or ``GuestsHoldRolesInProgrammes``.
    """
    email = _normal(email)
    if db.session.scalar(select(Staff.id).where(Staff.email == email)):
        raise EmailTaken
    staff = Staff(email=email, name=name.strip(), state=StaffState.INVITED)
    staff.organisation_id = organisation_id
    db.session.add(staff)
    db.session.flush()
    record("staff.invited", "staff", staff.public_id, sealed=f"{staff.name} <{email}>")
    for role, programme_id in roles:
        _grant(staff, role, programme_id)
    return _send_invitation(staff, link_to)


@transactional
def invite_again(staff_public_id: str, link_to: LinkTo) -> Invitation:
    """Send a new link for an account that was not opened yet; the old one stops working."""
    staff = _staff(staff_public_id)
    if staff.state is not StaffState.INVITED:
        raise UnknownStaff(staff_public_id)
    record("staff.invited again", "staff", staff.public_id)
    return _send_invitation(staff, link_to)


def _send_invitation(staff: Staff, link_to: LinkTo) -> Invitation:
    link = link_to(issue_token(TokenPurpose.INVITATION, _holder(staff)))
    queue(
        "staff_invitation",
        staff.email,
        subject=gettext("Open your account"),
        name=staff.name,
        link=link,
    )
    return Invitation(staff.public_id, link)


@dataclass(frozen=True)
class Enrolment:
    """What somebody needs to link an authenticator app: the secret, and whose it is."""

    email: str
    name: str
    secret: str


def look_at_invitation(token: str) -> tuple[str, str]:
    """The e-mail address and name on an invitation. Raises ``TokenRefused``."""
    staff = _by_key(look_at_token(TokenPurpose.INVITATION, token).id)
    return staff.email, staff.name


def accept_invitation(token: str, password: str) -> str:
    """Set the first password and use the invitation up.

    Returns a token for the next step, linking an authenticator app: only then is the account
    open. Raises ``TokenRefused`` or what ``check_new_password`` raises.
    """
    staff_id = look_at_token(TokenPurpose.INVITATION, token).id
    return _open_with_password(token, _new_password_hash(staff_id, password))


@transactional
def _open_with_password(token: str, password_hash: str) -> str:
    staff = _by_key(use_token(TokenPurpose.INVITATION, token).id)
    if staff.state is not StaffState.INVITED:
        raise TokenRefused
    staff.password_hash = password_hash
    staff.totp_secret = credentials.seal_secret(credentials.new_totp_secret())
    record("staff.password set", "staff", staff.public_id)
    return issue_token(TokenPurpose.SECOND_FACTOR, _holder(staff))


def _new_password_hash(staff_id: int, password: str) -> str:
    """Check and hash a new password: before the transaction, which must stay short."""
    staff = _by_key(staff_id)
    credentials.check_new_password(password, own_words=(staff.name, staff.email))
    return credentials.hash_password(password)


def begin_enrolment(token: str) -> Enrolment | None:
    """The secret to link, as long as it is not confirmed; ``None`` once it is.

    ``token`` is that of the second-factor step. Raises ``TokenRefused``.
    """
    staff = _by_key(look_at_token(TokenPurpose.SECOND_FACTOR, token).id)
    if staff.totp_confirmed_at is not None or staff.totp_secret is None:
        return None
    return Enrolment(staff.email, staff.name, credentials.unseal_secret(staff.totp_secret))


@transactional
def confirm_enrolment(token: str, code: str) -> tuple[str, list[str]]:
    """Link the authenticator app by its first code: the account is open, its holder signed in.

    Returns the session's token and the recovery codes, shown once. Raises ``TokenRefused`` or
    ``CodeNotRight``.
    """
    staff = _by_key(look_at_token(TokenPurpose.SECOND_FACTOR, token).id)
    if staff.state is not StaffState.INVITED:
        raise TokenRefused
    if staff.totp_secret is None or staff.totp_confirmed_at is not None:
        raise CodeNotRight
    _spend_code(staff, code)
    use_token(TokenPurpose.SECOND_FACTOR, token)
    staff.totp_confirmed_at = clock.now()
    staff.state = StaffState.ACTIVE
    record("staff.opened", "staff", staff.public_id)
    return _signed_in(staff), _new_recovery_codes(staff)


def check_password(email: str, password: str) -> str:
    """The first step of signing in: returns the token of the second step.

    Raises ``SignInRefused``, which never says why, and takes as long whether or not there is
    such an account.
    """
    staff = db.session.scalars(select(Staff).where(Staff.email == _normal(email))).one_or_none()
    usable = staff is not None and staff.state is not StaffState.DISABLED
    right = credentials.password_matches(
        staff.password_hash if staff and usable else None, password
    )
    if not right or staff is None:
        raise SignInRefused
    return issue_token(TokenPurpose.SECOND_FACTOR, _holder(staff))


@transactional
def check_second_factor(token: str, code: str) -> str:
    """The second step of signing in, by app or recovery code: returns the session's token.

    Raises ``TokenRefused`` when the first step is too long ago, or ``CodeNotRight``.
    """
    staff = _by_key(look_at_token(TokenPurpose.SECOND_FACTOR, token).id)
    if staff.state is not StaffState.ACTIVE or staff.totp_confirmed_at is None:
        raise CodeNotRight
    try:
        _spend_code(staff, code)
    except CodeNotRight:
        _spend_recovery_code(staff, code)
    use_token(TokenPurpose.SECOND_FACTOR, token)
    return _signed_in(staff)


def _signed_in(staff: Staff) -> str:
    roles = db.session.scalars(select(Grant.role).where(Grant.staff_id == staff.id))
    record("staff.signed in", "staff", staff.public_id)
    return start_session(_holder(staff), staff.public_id, session_limit(frozenset(roles)))


def _spend_code(staff: Staff, code: str) -> None:
    assert staff.totp_secret is not None
    step = credentials.totp_step(
        credentials.unseal_secret(staff.totp_secret),
        code,
        clock.now().timestamp(),
        after=staff.totp_last_step,
    )
    # The condition makes the database refuse a code that another request spends meanwhile.
    spent = db.session.execute(
        update(Staff)
        .where(Staff.id == staff.id, func.coalesce(Staff.totp_last_step, 0) < step)
        .values(totp_last_step=step)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        raise CodeNotRight


def _spend_recovery_code(staff: Staff, code: str) -> None:
    spent = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == staff.id,
            RecoveryCode.used_at.is_(None),
            RecoveryCode.code_hash
            == credentials.keyed_hash("recovery", credentials.normalise_code(code)),
        )
        .values(used_at=clock.utc_now())
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        raise CodeNotRight
    record("staff.recovery code used", "staff", staff.public_id)


def _new_recovery_codes(staff: Staff) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = [credentials.new_code() for _ in range(RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(staff_id=staff.id, code_hash=credentials.keyed_hash("recovery", code))
        for code in codes
    )
    return codes


def renew_recovery_codes(staff_id: int, password: str) -> list[str]:
    """Replace all recovery codes. Raises ``SignInRefused`` when the password is not right."""
    _confirm_password(staff_id, password)
    return _renew_recovery_codes(staff_id)


@transactional
def _renew_recovery_codes(staff_id: int) -> list[str]:
    staff = _by_key(staff_id)
    record("staff.recovery codes renewed", "staff", staff.public_id)
    return _new_recovery_codes(staff)


def _confirm_password(staff_id: int, password: str) -> None:
    if not credentials.password_matches(_by_key(staff_id).password_hash, password):
        raise SignInRefused


def change_password(staff_id: int, session_id: int, password: str, new_password: str) -> None:
    """Change a password; every other session of its holder ends.

    Raises ``SignInRefused`` when the old one is not right, or what ``check_new_password`` raises.
    """
    _confirm_password(staff_id, password)
    _set_password(staff_id, _new_password_hash(staff_id, new_password), keep_session=session_id)


@transactional
def send_password_reset(email: str, link_to: LinkTo) -> None:
    """Send a link for a new password; the work is the same where there is no such account."""
    staff = db.session.scalars(
        select(Staff).where(Staff.email == _normal(email), Staff.state == StaffState.ACTIVE)
    ).one_or_none()
    token = issue_token(TokenPurpose.PASSWORD_RESET, _holder(staff) if staff else None)
    queue(
        "password_reset",
        staff.email if staff else None,
        subject=gettext("Choose a new password"),
        name=staff.name if staff else "",
        link=link_to(token),
    )


def reset_password(token: str, new_password: str) -> None:
    """Set a new password by a link; the second factor stays, and every session ends.

    Raises ``TokenRefused`` or what ``check_new_password`` raises.
    """
    staff_id = look_at_token(TokenPurpose.PASSWORD_RESET, token).id
    _reset_password(token, _new_password_hash(staff_id, new_password))


@transactional
def _reset_password(token: str, password_hash: str) -> None:
    staff_id = use_token(TokenPurpose.PASSWORD_RESET, token).id
    _set_password(staff_id, password_hash, keep_session=None)


@transactional
def _set_password(staff_id: int, password_hash: str, *, keep_session: int | None) -> None:
    staff = _by_key(staff_id)
    staff.password_hash = password_hash
    record("staff.password changed", "staff", staff.public_id)
    end_all_sessions(_holder(staff), but=keep_session)
    void_tokens(_holder(staff))


@transactional
def grant_role(staff_public_id: str, role: Role, programme_id: int | None = None) -> None:
    """Give a role. Raises ``GuestsHoldRolesInProgrammes``."""
    _grant(_staff(staff_public_id), role, programme_id)


def _grant(staff: Staff, role: Role, programme_id: int | None) -> None:
    if programme_id is not None and role not in PROGRAMME_ROLES:
        raise ValueError(f"the role of {role} cannot be limited to a programme")
    if programme_id is None and staff.organisation_id is not None:
        raise GuestsHoldRolesInProgrammes
    held = db.session.scalar(
        select(Grant.id).where(
            Grant.staff_id == staff.id, Grant.role == role, Grant.programme_id == programme_id
        )
    )
    if held is None:
        db.session.add(Grant(staff_id=staff.id, role=role, programme_id=programme_id))
        db.session.flush()
        record("staff.role granted", "staff", staff.public_id, facts=_facts(role, programme_id))


@transactional
def withdraw_role(staff_public_id: str, role: Role, programme_id: int | None = None) -> None:
    """Take a role away. Raises ``WouldLockEveryoneOut`` for the last administrator's."""
    staff = _staff(staff_public_id)
    if role is Role.ADMINISTRATOR:
        _keep_an_administrator(besides=staff)
    db.session.execute(
        delete(Grant).where(
            Grant.staff_id == staff.id, Grant.role == role, Grant.programme_id == programme_id
        )
    )
    record("staff.role withdrawn", "staff", staff.public_id, facts=_facts(role, programme_id))


def _facts(role: Role, programme_id: int | None) -> dict[str, object]:
    return {"role": role.value, "programme": programme_id}


@transactional
def disable_staff(staff_public_id: str) -> None:
    """Close an account: every session and link ends at once. Raises ``WouldLockEveryoneOut``."""
    staff = _staff(staff_public_id)
    _keep_an_administrator(besides=staff)
    staff.state = StaffState.DISABLED
    staff.disabled_at = clock.now()
    end_all_sessions(_holder(staff))
    void_tokens(_holder(staff))
    record("staff.disabled", "staff", staff.public_id)


@transactional
def enable_staff(staff_public_id: str, link_to: LinkTo) -> None:
    """Open a disabled account again; one that never was opened gets a new invitation."""
    staff = _staff(staff_public_id)
    staff.disabled_at = None
    opened = staff.totp_confirmed_at is not None
    staff.state = StaffState.ACTIVE if opened else StaffState.INVITED
    record("staff.enabled", "staff", staff.public_id)
    if not opened:
        _send_invitation(staff, link_to)


@transactional
def remove_second_factor(staff_public_id: str, link_to: LinkTo) -> None:
    """For somebody who lost the app and the recovery codes: they open the account anew by a link.

    An administrator first makes sure, by another way, who is asking. A closed account stays closed:
    it raises ``UnknownStaff``.
    """
    staff = _staff(staff_public_id)
    if staff.state is StaffState.DISABLED:
        raise UnknownStaff(staff_public_id)
    staff.totp_secret = staff.totp_confirmed_at = staff.password_hash = None
    staff.state = StaffState.INVITED
    end_all_sessions(_holder(staff))
    void_tokens(_holder(staff))
    record("staff.second factor removed", "staff", staff.public_id)
    _send_invitation(staff, link_to)


def _keep_an_administrator(*, besides: Staff) -> None:
    # Two administrators who close each other's accounts at once wait for each other here.
    db.session.execute(select(Grant.id).where(Grant.role == Role.ADMINISTRATOR).with_for_update())
    others = db.session.scalar(
        select(func.count(Grant.id))
        .join(Staff, Staff.id == Grant.staff_id)
        .where(
            Grant.role == Role.ADMINISTRATOR,
            Staff.state == StaffState.ACTIVE,
            Staff.id != besides.id,
        )
    )
    is_one = db.session.scalar(
        select(Grant.id).where(Grant.staff_id == besides.id, Grant.role == Role.ADMINISTRATOR)
    )
    if is_one and not others:
        raise WouldLockEveryoneOut
