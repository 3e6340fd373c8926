"""Use cases of residents: coming in, contact details, consent and answers about oneself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import delete, select, update

from engagement.accounts.credentials import (
    hash_password,
    keyed_hash,
    new_code,
    normalise_code,
    password_matches,
)
from engagement.accounts.rules import RESIDENT_LIMIT, PrincipalKind, TokenPurpose
from engagement.accounts.sessions import (
    Holder,
    end_all_sessions,
    issue_token,
    look_at_token,
    start_session,
    use_token,
)
from engagement.audit.service import record
from engagement.database import clock
from engagement.database.many import insert_many, update_many
from engagement.database.transactions import transactional
from engagement.extensions import db
from engagement.messages.service import queue
from engagement.people.consents import give_consent, withdraw_consents
from engagement.people.errors import (
    CodeRefused,
    NotAnAnswer,
    ReturnWordNotRight,
    ReturnWordTaken,
    ReturnWordTooShort,
    UnknownQuestion,
    UnknownResident,
)
from engagement.people.models import LetterCode, MemberCode, ProfileAnswer, Resident
from engagement.people.questions import BY_KEY
from engagement.people.rules import (
    LETTER_CODE_LIFE,
    MEMBER_CODE_LIFE,
    PROFILE_PURPOSE,
    SHORTEST_RETURN_WORD,
    ContactBy,
    GivenHow,
    normal_return_word,
)


def _holder(resident_id: int) -> Holder:
    return Holder(PrincipalKind.RESIDENT, resident_id)


def _resident(public_id: str) -> Resident:
    resident = db.session.scalars(
        select(Resident).where(Resident.public_id == public_id)
    ).one_or_none()
    if resident is None:
        raise UnknownResident(public_id)
    return resident


def sign_in_resident(resident_id: int) -> str:
    """Start a session of a resident in the caller's transaction; returns its token."""
    public_id = db.session.scalars(
        update(Resident)
        .where(Resident.id == resident_id)
        .values(last_active_at=clock.utc_now())
        .returning(Resident.public_id)
    ).one()
    return start_session(_holder(resident_id), public_id, RESIDENT_LIMIT)


# Codes


@transactional
def issue_letter_codes(count: int, programme_id: int | None = None) -> list[str]:
    """Make codes for ``count`` letters; each is shown here once and kept only as a hash."""
    return [code for _, code in issue_letters(count, programme_id)]


@transactional
def issue_letters(count: int, programme_id: int | None = None) -> list[tuple[int, str]]:
    """As ``issue_letter_codes``, each code with the key of its row, in order."""
    codes = [new_code() for _ in range(count)]
    expires = clock.now() + LETTER_CODE_LIFE
    keys = insert_many(
        LetterCode,
        (
            {
                "code_hash": keyed_hash("code", code),
                "programme_id": programme_id,
                "expires_at": expires,
            }
            for code in codes
        ),
        keys=True,
    )
    record("code.letters issued", "programme", "", facts={"count": count})
    return list(zip(keys, codes, strict=True))


@transactional
def renew_letter_code(letter_code_id: int) -> str:
    """A new code for a letter; the old one stops working, and who began keeps what they began."""
    code = new_code()
    db.session.execute(
        update(LetterCode)
        .where(LetterCode.id == letter_code_id)
        .values(
            code_hash=keyed_hash("code", code),
            expires_at=clock.now() + LETTER_CODE_LIFE,
            revoked_at=None,
        )
    )
    record("code.letter renewed", "programme", "")
    return code


@transactional
def renew_letter_codes(letter_code_ids: Sequence[int]) -> dict[int, str]:
    """As ``renew_letter_code`` for many letters: the new codes by the keys of their rows."""
    codes = {key: new_code() for key in letter_code_ids}
    expires = clock.now() + LETTER_CODE_LIFE
    update_many(
        LetterCode,
        {
            key: {
                "code_hash": keyed_hash("code", code),
                "expires_at": expires,
                "revoked_at": None,
            }
            for key, code in codes.items()
        },
    )
    record("code.letters renewed", "programme", "", facts={"count": len(codes)})
    return codes


@transactional
def issue_member_code(resident_public_id: str) -> str:
    """Make a resident's own code; an earlier one stops working, and its sessions end."""
    resident = _resident(resident_public_id)
    _revoke_codes(resident)
    code = new_code()
    db.session.add(
        MemberCode(
            code_hash=keyed_hash("code", code),
            resident_id=resident.id,
            expires_at=clock.now() + MEMBER_CODE_LIFE,
        )
    )
    record("code.issued", "resident", resident.public_id)
    return code


@transactional
def revoke_member_code(resident_public_id: str) -> None:
    """Make a resident's code useless at once, and end the sessions."""
    resident = _resident(resident_public_id)
    _revoke_codes(resident)
    record("code.revoked", "resident", resident.public_id)


def _revoke_codes(resident: Resident) -> None:
    db.session.execute(
        update(MemberCode)
        .where(MemberCode.resident_id == resident.id, MemberCode.revoked_at.is_(None))
        .values(revoked_at=clock.utc_now())
    )
    end_all_sessions(_holder(resident.id))


@dataclass(frozen=True)
class FoundCode:
    """A code that works: a letter's, or that of one resident."""

    letter_code_id: int | None
    resident_id: int | None


def look_up_code(typed: str) -> FoundCode:
    """Find a typed code. Raises ``CodeRefused``, which never says why."""
    code_hash = keyed_hash("code", normalise_code(typed))
    resident_id, letter_code_id = (
        db.session.scalar(
            select(column).where(
                table.code_hash == code_hash,
                table.revoked_at.is_(None),
                table.expires_at > clock.utc_now(),
            )
        )
        for table, column in ((MemberCode, MemberCode.resident_id), (LetterCode, LetterCode.id))
    )
    if resident_id is None and letter_code_id is None:
        raise CodeRefused
    return FoundCode(letter_code_id, resident_id)


@transactional
def enter_with_member_code(typed: str) -> str:
    """Sign a resident in by their own code; returns the session's token. Raises ``CodeRefused``."""
    resident_id = look_up_code(typed).resident_id
    if resident_id is None:
        raise CodeRefused
    return sign_in_resident(resident_id)


def begin_from_letter(typed: str, return_word: str) -> str:
    """Start as a new person from a letter, and sign in; returns the session's token.

    The return word, with the code, lets this person and nobody else of the household back in.
    Raises ``CodeRefused``, ``ReturnWordTooShort`` or ``ReturnWordTaken``.
    """
    letter_code_id, word = _letter_code(typed), normal_return_word(return_word)
    if len(word) < SHORTEST_RETURN_WORD:
        raise ReturnWordTooShort
    word_hash = hash_password(word)
    while True:
        begun = _begun(letter_code_id)
        if _whose_word(begun, word) is not None:
            raise ReturnWordTaken
        token = _begin(letter_code_id, word_hash, len(begun))
        if token is not None:
            return token


@transactional
def _begin(letter_code_id: int, return_word_hash: str, begun: int) -> str | None:
    """Begin, unless somebody has begun meanwhile whose word was not compared yet."""
    db.session.execute(
        select(LetterCode.id).where(LetterCode.id == letter_code_id).with_for_update()
    )
    if len(_begun(letter_code_id)) != begun:
        return None
    resident = Resident(letter_code_id=letter_code_id, return_word_hash=return_word_hash)
    db.session.add(resident)
    db.session.flush()
    record("resident.began", "resident", resident.public_id)
    return sign_in_resident(resident.id)


def return_to_letter(typed: str, return_word: str) -> str:
    """Come back with a letter's code and one's return word; returns the session's token.

    Raises ``CodeRefused`` or ``ReturnWordNotRight``.
    """
    return _come_back(resident_of_letter(typed, return_word))


def resident_of_letter(typed: str, return_word: str) -> int:
    """The key of who began with a letter's code and this word.

    Raises ``CodeRefused`` or ``ReturnWordNotRight``.
    """
    resident_id = _whose_word(_begun(_letter_code(typed)), normal_return_word(return_word))
    if resident_id is None:
        raise ReturnWordNotRight
    return resident_id


@transactional
def _come_back(resident_id: int) -> str:
    return sign_in_resident(resident_id)


def _letter_code(typed: str) -> int:
    letter_code_id = look_up_code(typed).letter_code_id
    if letter_code_id is None:
        raise CodeRefused
    return letter_code_id


def _begun(letter_code_id: int) -> Sequence[tuple[int, str | None]]:
    """Who began from a letter, each with the hash of their return word."""
    rows: Sequence[tuple[int, str | None]] = db.session.execute(
        select(Resident.id, Resident.return_word_hash).where(
            Resident.letter_code_id == letter_code_id
        )
    ).all()
    return rows


def _whose_word(begun: Sequence[tuple[int, str | None]], word: str) -> int | None:
    if not begun:
        password_matches(None, word)  # the same work where nobody has begun
    found = [key for key, word_hash in begun if password_matches(word_hash, word)]
    return found[0] if found else None


# Links by e-mail


@transactional
def send_link(email: str, link_to: Callable[[str], str]) -> None:
    """Send a single-use link to the resident with this address; the same work for nobody.

    ``link_to`` makes the link from its token. Where two residents share an address, nobody gets
    one: it could open the wrong person's pages.
    """
    residents = db.session.execute(
        select(Resident.id, Resident.email, Resident.name).where(
            Resident.email == email.strip().casefold(), Resident.email != ""
        )
    ).all()
    resident = residents[0] if len(residents) == 1 else None
    token = issue_token(TokenPurpose.RESIDENT_LINK, _holder(resident.id) if resident else None)
    queue(
        "resident_link",
        resident.email if resident else None,
        subject=gettext("Your link to come in"),
        name=resident.name if resident else "",
        resident_id=resident.id if resident else None,
        link=link_to(token),
    )


def look_at_link(token: str) -> None:
    """Check a link without using it up: a mail scanner opens it too. Raises ``TokenRefused``."""
    look_at_token(TokenPurpose.RESIDENT_LINK, token)


@transactional
def enter_with_link(token: str) -> str:
    """Sign in by a link, which works once; returns the session's token. Raises ``TokenRefused``."""
    return sign_in_resident(use_token(TokenPurpose.RESIDENT_LINK, token).id)


# Details, consent and answers


@transactional
def add_resident(
    name: str, *, email: str = "", phone: str = "", address: str = "", contact_by: ContactBy
) -> str:
    """Add somebody who came by phone or in person; returns their public id."""
    resident = Resident(
        name=name.strip(),
        email=email.strip().casefold(),
        phone=phone.strip(),
        address=address.strip(),
        contact_by=contact_by,
    )
    db.session.add(resident)
    db.session.flush()
    record("resident.added", "resident", resident.public_id)
    return resident.public_id


@transactional
def change_own_details(
    resident_id: int, name: str, email: str, phone: str, address: str, contact_by: ContactBy
) -> None:
    """Keep what a resident says about how to reach them."""
    resident = db.session.scalars(select(Resident).where(Resident.id == resident_id)).one()
    resident.name, resident.email = name.strip(), email.strip().casefold()
    resident.phone, resident.address = phone.strip(), address.strip()
    resident.contact_by = contact_by
    record("resident.details changed", "resident", resident.public_id)


@transactional
def answer_question(
    resident_id: int, key: str, value: str, wording_text: str, how: GivenHow
) -> None:
    """Keep an answer about oneself together with the consent to exactly these words.

    "Prefer not to say" is kept as such and needs no consent for a special category, because it
    tells nothing. An earlier answer and its consent give way. Raises ``UnknownQuestion`` or
    ``NotAnAnswer``.
    """
    question = BY_KEY.get(key)
    if question is None:
        raise UnknownQuestion(key)
    if not question.accepts(value):
        raise NotAnAnswer(value)
    # Two answers sent at once, by a double press say, wait for each other here.
    db.session.execute(select(Resident.id).where(Resident.id == resident_id).with_for_update())
    _take_back(resident_id, key)
    consent = give_consent(resident_id, PROFILE_PURPOSE, question.wording, wording_text, how)
    db.session.add(
        ProfileAnswer(resident_id=resident_id, consent_id=consent, question=key, value=value)
    )
    record(
        "profile.answered",
        "resident",
        _public_id(resident_id),
        facts={"question": question.wording},
    )


@transactional
def withdraw_answer(resident_id: int, key: str) -> None:
    """Take an answer back: it is deleted, and its consent marked as withdrawn."""
    if _take_back(resident_id, key):
        record("profile.withdrawn", "resident", _public_id(resident_id), facts={"question": key})


def resident_key(public_id: str) -> int:
    """The key of the resident with this public id. Raises ``UnknownResident``."""
    return _resident(public_id).id


def _public_id(resident_id: int) -> str:
    return db.session.scalars(select(Resident.public_id).where(Resident.id == resident_id)).one()


def _take_back(resident_id: int, key: str) -> bool:
    consent_id = db.session.scalar(
        delete(ProfileAnswer)
        .where(ProfileAnswer.resident_id == resident_id, ProfileAnswer.question == key)
        .returning(ProfileAnswer.consent_id)
    )
    if consent_id is None:
        return False
    withdraw_consents([consent_id])
    return True
