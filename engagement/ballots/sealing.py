"""Envelopes that two convenors open together: sealed for the first, and that for the second.

Sealed boxes of libsodium (X25519, XSalsa20-Poly1305, an ephemeral key for each), by PyNaCl.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence

from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.public import PrivateKey, PublicKey, SealedBox

from engagement.accounts.credentials import CODE_ALPHABET, normalise_code

_GROUP = 4
_CHECK = 2
_LETTERS = 52
"""256 bits in letters of five bits each."""


def new_secret() -> tuple[str, str]:
    """A secret for a convenor to keep, in letters by fours, and its public half in hexadecimal."""
    key = PrivateKey.generate()
    number = int.from_bytes(bytes(key), "big")
    letters = "".join(
        CODE_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LETTERS))
    )
    text = letters + _check(letters)
    groups = [text[start : start + _GROUP] for start in range(0, len(text), _GROUP)]
    return "-".join(groups), bytes(key.public_key).hex()


def read_secret(typed: str) -> bytes | None:
    """The secret that was typed; ``None`` where a letter is missing or wrong."""
    text = normalise_code(typed).replace("-", "")
    letters, check = text[:_LETTERS], text[_LETTERS:]
    known = len(text) == _LETTERS + _CHECK and all(letter in CODE_ALPHABET for letter in text)
    if not known or _check(letters) != check:
        return None
    number = 0
    for letter in letters:
        number = number << 5 | CODE_ALPHABET.index(letter)
    return number.to_bytes(33, "big")[-32:] if number < 1 << 256 else None


def public_half(secret: bytes) -> str:
    """The public half of a secret, in hexadecimal."""
    return bytes(PrivateKey(secret).public_key).hex()


def seal(content: bytes, publics: Sequence[str]) -> str:
    """An envelope, in base64, that is opened with every one of these secrets, the last first."""
    for public in publics:
        content = SealedBox(PublicKey(bytes.fromhex(public))).encrypt(content)
    return b64encode(content).decode()


def unseal(sealed: str, secrets: Sequence[bytes]) -> bytes:
    """What is in an envelope. Raises ``ValueError`` where it is not for these secrets."""
    content = b64decode(sealed)
    try:
        for secret in reversed(secrets):
            content = SealedBox(PrivateKey(secret)).decrypt(content)
    except CryptoError as error:
        raise ValueError("this envelope is not for these secrets") from error
    return content


def _check(letters: str) -> str:
    digest = blake2b(letters.encode(), digest_size=16, encoder=RawEncoder)
    return CODE_ALPHABET[digest[0] & 31] + CODE_ALPHABET[digest[1] & 31]
