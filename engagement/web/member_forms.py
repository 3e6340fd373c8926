# mypy: allow-subclassing-any
"""What members choose, as forms: on their own pages, and on those of staff for who calls."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from engagement.membership.rules import OFTEN
from engagement.web.kit import CheckboxesField, DateField, KitForm, RadiosField
from engagement.web.member_words import often_words
from engagement.web.words import TOPIC_TEXT


class OftenForm(KitForm):
    """How often one may be asked."""

    most_a_month = RadiosField(
        _l("How often may we ask you something?"),
        missing=_l("Choose how often we may ask you something"),
        choices=[],
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.most_a_month.choices = [(str(times), often_words(times)) for times in OFTEN]


class InterestsForm(KitForm):
    """What one wants to be asked about; nothing needs to be ticked."""

    topics = CheckboxesField(
        _l("What do you care about?"),
        hint=_l("Tick as many as you like, or none. It helps us to ask you what matters to you."),
        choices=list(TOPIC_TEXT.items()),
    )

    def shown(self, consent: str) -> str:
        """All that somebody read, or had read to them, before they agreed."""
        return f"{self.topics.label.text}\n{self.topics.hint}\n{consent}"


class PauseForm(KitForm):
    """Until when one is not to be asked."""

    until = DateField(
        _l("From which day may we ask you again?"),
        subject=_l("The day"),
        missing=_l("Enter the day from which we may ask you again"),
        hint=_l("For example, 1 9 2027. Before that day we ask you nothing."),
    )
