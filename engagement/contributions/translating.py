"""Languages of contributions, and what a person translated."""

from __future__ import annotations

from sqlalchemy import select

from engagement.audit.service import record
from engagement.contributions.errors import TooLong, UnknownContribution
from engagement.contributions.models import Contribution
from engagement.contributions.rules import LONGEST, State, clean
from engagement.database.transactions import transactional
from engagement.extensions import db


@transactional
def translate(programme_id: int, public_id: str, language: str, translation: str) -> None:
    """Note in which language something was said, and what it means in English.

    ``language`` is a BCP 47 tag, or empty where it is not known. The record holds neither words
    nor language: what somebody speaks is theirs. Raises ``UnknownContribution`` or ``TooLong``.
    """
    contribution = db.session.scalars(
        select(Contribution).where(
            Contribution.programme_id == programme_id,
            Contribution.public_id == public_id,
            Contribution.state != State.WITHDRAWN,
            Contribution.text.is_not(None),
        )
    ).one_or_none()
    if contribution is None:
        raise UnknownContribution(public_id)
    words = clean(translation)
    if len(words) > LONGEST:
        raise TooLong(len(words))
    if (contribution.language, contribution.translation or "") == (language, words):
        return
    contribution.language, contribution.translation = language, words or None
    record("contribution.translated", "contribution", public_id)
