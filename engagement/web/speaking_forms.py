# mypy: allow-subclassing-any
"""In which role somebody speaks, and for whom: the same questions wherever words are taken in."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.contributions.rules import Behalf, Speaker
from engagement.web.kit import (
    Choice,
    KitForm,
    RadiosField,
    SelectField,
    TextField,
    WholeNumberField,
)
from engagement.web.words import SPEAKER_TEXT

LONGEST = 5_000
CONSENT = _l(
    "Yes, you may show my words to others, without my name. I have not named anybody else."
)
FOR_OTHERS = (Speaker.ORGANISATION, Speaker.CAMPAIGN)


def quote_field() -> Any:
    """Whether one's words may be shown: a field of every form that takes words in."""
    return RadiosField(
        _l("May we show your words to others?"),
        hint=_l("We never show who said what. If you say no, your answer counts just as much."),
        missing=_l("Choose yes or no"),
        choices=[
            Choice("yes", CONSENT),
            Choice("no", _l("No, count my answer but do not show my words")),
        ],
    )


class SpeakerForm(KitForm):
    """The role that somebody speaks in; who speaks for others says for whom, and how it asked them.

    A form of words derives from it. ``for_others`` are the names of the fields to show apart.
    """

    speaker = SelectField(
        _l("Who is speaking?"),
        choices=[(role.value, SPEAKER_TEXT[role]) for role in Speaker],
        default=Speaker.RESIDENT.value,
        hint=_l("What residents and carers say is counted; all others are shown beside it."),
    )
    speaks_for = TextField(
        _l("Name of the organisation, petition or campaign"),
        max_length=200,
    )
    asked_people = WholeNumberField(
        _l("Number of people it asked"),
        hint=_l("Or who signed. Write 0 if nobody was asked."),
        least=0,
        most=10_000_000,
        width=10,
    )
    asked_how = TextField(
        _l("How did it ask them?"),
        hint=_l("For example: at two coffee mornings, or by a form on its website."),
        max_length=500,
    )
    for_others = ("speaks_for", "asked_people", "asked_how")

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is filled in that must be: more is asked of who speaks for others."""
        valid = bool(super().validate(extra_validators))
        if not valid or self.role() not in FOR_OTHERS:
            return valid
        for name, message in (
            ("speaks_for", _("Enter the name of the organisation, petition or campaign")),
            ("asked_people", _("Enter how many people it asked, or 0")),
            ("asked_how", _("Enter how it asked them")),
        ):
            if self[name].data in (None, ""):
                self.refuse(name, message)
                valid = False
        return valid

    def role(self) -> Speaker:
        """The role that was chosen."""
        return Speaker(self.speaker.data or Speaker.RESIDENT)

    def behalf(self) -> Behalf:
        """For whom they speak: nobody, unless for an organisation, petition or campaign."""
        if self.role() not in FOR_OTHERS:
            return Behalf()
        return Behalf(self.speaks_for.data, self.asked_people.data, self.asked_how.data)
