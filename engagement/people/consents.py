"""Consent: the words that somebody agreed to, and that it was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Update, bindparam, update

from engagement.database import clock, prepared
from engagement.database.transactions import transactional
from engagement.people.models import Consent
from engagement.people.rules import GivenHow


@transactional
def give_consent(
    resident_id: int, purpose: str, wording: str, wording_text: str, how: GivenHow
) -> int:
    """Keep what somebody agrees to: the purpose, the wording's version and the words themselves;
    returns the consent's key."""
    return prepared.add(
        Consent,
        resident_id=resident_id,
        purpose=purpose,
        wording=wording,
        wording_text=wording_text,
        given_how=how,
    )


def withdrawing(keys: Any) -> Update:
    """The statement that marks consents as withdrawn; ``keys`` is a query or a parameter."""
    return update(Consent).where(Consent.id.in_(keys)).values(withdrawn_at=clock.utc_now())


_WITHDRAWN = withdrawing(bindparam("keys"))


@transactional
def withdraw_consents(keys: Sequence[int]) -> None:
    """Mark consents as withdrawn; what rested on them is for the caller to delete."""
    if keys:
        prepared.write(_WITHDRAWN, keys=list(keys))
