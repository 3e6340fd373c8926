"""Use cases of signing in and out, for staff and residents alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update

from engagement.accounts.credentials import keyed_hash, new_token
from engagement.accounts.errors import TokenRefused
from engagement.accounts.models import InterruptedForm, SignInSession, Token
from engagement.accounts.rules import TOKEN_LIFE, PrincipalKind, SessionLimit, TokenPurpose
from engagement.database import clock
from engagement.database.transactions import transactional
from engagement.extensions import db

# How stale "last seen" may be: a page view within it writes nothing.
SEEN_EVERY = timedelta(seconds=60)
# Longest form that is kept over a time-out, in characters.
LONGEST_KEPT_FORM = 200_000


@dataclass(frozen=True)
class Holder:
    """Whose session or token something is: exactly one of the two kinds."""

    kind: PrincipalKind
    id: int

    @property
    def columns(self) -> dict[str, int]:
        """The column that names this holder, with its value."""
        return {f"{self.kind.value}_id": self.id}


@transactional
def start_session(holder: Holder, public_id: str, limit: SessionLimit) -> str:
    """Sign somebody in; returns the token for the cookie, which is stored only as a hash."""
    token = new_token()
    now = clock.now()
    db.session.add(
        SignInSession(
            token_hash=keyed_hash("session", token),
            holder_public_id=public_id,
            last_seen_at=now,
            ends_at=now + limit.absolute,
            **holder.columns,
        )
    )
    return token


@transactional
def mark_seen(session_id: int) -> None:
    """Note that a session is in use."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id)
        .values(last_seen_at=clock.utc_now())
    )


@transactional
def end_session(session_id: int) -> None:
    """Sign one session out."""
    _end(SignInSession.id == session_id)


@transactional
def end_all_sessions(holder: Holder, *, but: int | None = None) -> None:
    """Sign somebody out everywhere, except in the session ``but``."""
    condition = _held_by(SignInSession, holder)
    if but is not None:
        condition = condition & (SignInSession.id != but)
    _end(condition)


def _end(condition: object) -> None:
    db.session.execute(
        update(SignInSession)
        .where(condition, SignInSession.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=clock.utc_now())
    )


def _held_by(table: type[SignInSession | Token | InterruptedForm], holder: Holder):  # type: ignore[no-untyped-def]
    column = table.staff_id if holder.kind is PrincipalKind.STAFF else table.resident_id
    return column == holder.id


@transactional
def issue_token(purpose: TokenPurpose, holder: Holder | None) -> str:
    """Make a single-use token, for one purpose, that replaces the holder's earlier ones.

    Without a holder the token can never be used; it is made so that a request for an unknown
    address takes the same work.
    """
    token = new_token()
    now = clock.now()
    condition = _held_by(Token, holder) if holder else Token.id < 0
    db.session.execute(
        update(Token)
        .where(condition, Token.purpose == purpose, Token.used_at.is_(None))
        .values(used_at=now)
    )
    db.session.add(
        Token(
            purpose=purpose,
            token_hash=keyed_hash(purpose.value, token),
            expires_at=now + TOKEN_LIFE[purpose],
            **(holder.columns if holder else {}),
        )
    )
    return token


@transactional
def void_tokens(holder: Holder) -> None:
    """Make every unused link and step of somebody useless."""
    db.session.execute(
        update(Token)
        .where(_held_by(Token, holder), Token.used_at.is_(None))
        .values(used_at=clock.utc_now())
    )


def look_at_token(purpose: TokenPurpose, token: str) -> Holder:
    """Whose token this is, without using it up. Raises ``TokenRefused``."""
    row = db.session.execute(
        select(Token.staff_id, Token.resident_id).where(*_usable(purpose, token))
    ).one_or_none()
    if row is None:
        raise TokenRefused
    return _holder(row.staff_id, row.resident_id)


@transactional
def use_token(purpose: TokenPurpose, token: str) -> Holder:
    """Use a token up. Raises ``TokenRefused`` the second time, and where it never was."""
    row = db.session.execute(
        update(Token)
        .where(*_usable(purpose, token))
        .values(used_at=clock.utc_now())
        .returning(Token.staff_id, Token.resident_id)
    ).one_or_none()
    if row is None:
        raise TokenRefused
    return _holder(row.staff_id, row.resident_id)


def _usable(purpose: TokenPurpose, token: str):  # type: ignore[no-untyped-def]
    return (
        Token.token_hash == keyed_hash(purpose.value, token),
        Token.purpose == purpose,
        Token.used_at.is_(None),
        Token.expires_at > clock.utc_now(),
    )


def _holder(staff_id: int | None, resident_id: int | None) -> Holder:
    if staff_id is not None:
        return Holder(PrincipalKind.STAFF, staff_id)
    if resident_id is not None:
        return Holder(PrincipalKind.RESIDENT, resident_id)
    raise TokenRefused


@transactional
def keep_interrupted_form(session_token: str, path: str, fields: list[tuple[str, str]]) -> bool:
    """Keep what was typed when the session had ended, for its holder to find after signing in.

    Returns whether it was kept: only a session that once was ours, and was not signed out on
    purpose, has a holder to keep it for.
    """
    if sum(len(name) + len(value) for name, value in fields) > LONGEST_KEPT_FORM:
        return False
    row = db.session.execute(
        select(SignInSession.staff_id, SignInSession.resident_id).where(
            SignInSession.token_hash == keyed_hash("session", session_token),
            SignInSession.ended_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return False
    holder = _holder(row.staff_id, row.resident_id)
    _forget_form(holder, path)
    db.session.add(
        InterruptedForm(path=path, fields=[list(pair) for pair in fields], **holder.columns)
    )
    return True


def find_interrupted_form(holder: Holder, path: str) -> list[tuple[str, str]] | None:
    """What the holder had typed on this page when the session ended."""
    fields = db.session.scalar(
        select(InterruptedForm.fields).where(
            _held_by(InterruptedForm, holder), InterruptedForm.path == path
        )
    )
    return None if fields is None else [(name, value) for name, value in fields]


@transactional
def forget_interrupted_form(holder: Holder, path: str) -> None:
    """Drop what was kept for this page: it has been sent."""
    _forget_form(holder, path)


def _forget_form(holder: Holder, path: str) -> None:
    db.session.execute(
        delete(InterruptedForm).where(
            _held_by(InterruptedForm, holder), InterruptedForm.path == path
        )
    )
