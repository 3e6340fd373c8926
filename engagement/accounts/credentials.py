"""Passwords, tokens, typed codes and authenticator secrets."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from functools import cache
from threading import BoundedSemaphore
from typing import TypeVar

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from engagement.accounts.errors import (
    CodeNotRight,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    TooBusyToCheck,
)
from engagement.config import Config

T = TypeVar("T")

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256
# Crockford's alphabet: no I, L, O or U, so that a code survives handwriting and the telephone.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
TOTP_SECONDS = 30
# Checking a password costs memory and time by design; more at once would starve the rest.
_hashing = BoundedSemaphore(2)
HASHING_WAIT_SECONDS = 4


def _config() -> Config:
    config: Config = current_app.extensions["engagement"]
    return config


def _derived_key(purpose: str) -> bytes:
    return hashlib.blake2b(
        _config().secret_key.encode()[:64], person=purpose.encode()[:16], digest_size=32
    ).digest()


def keyed_hash(purpose: str, secret: str) -> str:
    """The hash under which a token or code is stored: useless without the secret key."""
    return hmac.new(_derived_key(purpose), secret.encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    """A token of 256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A code that a person types: 50 random bits in two groups of five."""
    text = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{text[:5]}-{text[5:]}"


def normalise_code(typed: str) -> str:
    """A typed code as it was issued: capitals, no spaces or dashes, look-alikes mended."""
    text = "".join(character for character in typed.upper() if character.isalnum())
    text = text.translate(_LOOKALIKES)
    return f"{text[:5]}-{text[5:]}"


@cache
def _hasher(memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)


@cache
def _nobodys_hash(memory_kib: int) -> str:
    return _hasher(memory_kib).hash(secrets.token_urlsafe(16))


def hash_password(password: str) -> str:
    """argon2id. Raises ``TooBusyToCheck`` when too many are being hashed at once."""
    return _with_semaphore(lambda: _hasher(_config().password_memory_kib).hash(password))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes as long when there is no account to compare with."""
    memory = _config().password_memory_kib

    def check() -> bool:
        try:
            _hasher(memory).verify(password_hash or _nobodys_hash(memory), password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    return _with_semaphore(check)


def _with_semaphore(work: Callable[[], T]) -> T:
    if not _hashing.acquire(timeout=HASHING_WAIT_SECONDS):
        raise TooBusyToCheck
    try:
        return work()
    finally:
        _hashing.release()


@cache
def _common_passwords() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def check_new_password(password: str, *, own_words: tuple[str, ...] = ()) -> None:
    """Refuse a password that is too short, too long or among those that attackers try first.

    ``own_words`` (names, e-mail address) may not be the whole password either. There are no
    rules about kinds of characters. Raises ``PasswordTooShort``, ``PasswordTooLong`` or
    ``PasswordTooCommon``.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort
    if len(password) > LONGEST_PASSWORD:
        raise PasswordTooLong
    plain = password.casefold()
    own = {word.casefold() for word in own_words if word}
    if plain in _common_passwords() or plain in own or len(set(plain)) < 4:
        raise PasswordTooCommon


def new_totp_secret() -> str:
    """A fresh secret for an authenticator app (base32)."""
    return pyotp.random_base32()


def seal_secret(secret: str) -> str:
    """Encrypt an authenticator secret for the database."""
    box = SecretBox(_derived_key("totp"))
    return box.encrypt(secret.encode()).hex()


def unseal_secret(sealed: str) -> str:
    """Decrypt an authenticator secret; raises ``CodeNotRight`` when the secret key has changed."""
    try:
        return SecretBox(_derived_key("totp")).decrypt(bytes.fromhex(sealed)).decode()
    except (CryptoError, ValueError) as error:
        raise CodeNotRight from error


def seal_bytes(purpose: str, content: bytes) -> bytes:
    """Encrypt what is kept for a short time; who steals a copy cannot read it."""
    return bytes(SecretBox(_derived_key(purpose)).encrypt(content))


def unseal_bytes(purpose: str, sealed: bytes) -> bytes:
    """Decrypt what was sealed; raises ``CodeNotRight`` when the secret key has changed."""
    try:
        return bytes(SecretBox(_derived_key(purpose)).decrypt(sealed))
    except CryptoError as error:
        raise CodeNotRight from error


def totp_uri(secret: str, email: str, issuer: str) -> str:
    """The address that an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret, interval=TOTP_SECONDS).provisioning_uri(
        name=email, issuer_name=issuer
    )


def totp_step(secret: str, code: str, at: float, *, after: int | None) -> int:
    """The time step for which a code is right, one step of clock error allowed.

    ``at`` is in seconds since 1970; steps up to ``after`` are spent. Raises ``CodeNotRight``.
    """
    digits = "".join(character for character in code if character in "0123456789")
    totp = pyotp.TOTP(secret, interval=TOTP_SECONDS)
    present = int(at // TOTP_SECONDS)
    right = None
    for step in (present - 1, present, present + 1):
        # Every step is compared, so that the time taken tells nothing.
        if hmac.compare_digest(totp.at(step * TOTP_SECONDS), digits.ljust(6)[:6]) and (
            after is None or step > after
        ):
            right = step
    if right is None or len(digits) != 6:
        raise CodeNotRight
    return right
