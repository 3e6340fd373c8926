# mypy: allow-subclassing-any
"""A vote as a form, the same for members and for staff who type in a slip of paper.

Every field of a vote has "vote" in its name, so that nothing of it is kept over a time-out.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.ballots.queries import BallotRow
from engagement.ballots.rules import LONGEST_REASON, Kind, Vote
from engagement.methods.choice.consent import Step
from engagement.web.ballot_words import STEP_HINT, STEP_TEXT
from engagement.web.kit import Choice, KitForm, RadiosField, SelectField, TextareaField, TextField

ABSTAIN = "abstain"
CHOOSE = _l("Choose one, or “I abstain”")
PLACE = "vote_place"


class _VoteForm(KitForm):
    """A vote, and why."""

    vote_reason = TextareaField(
        _l("Why? (optional)"),
        hint=_l(
            "Your words stay sealed until the tally. Then the facilitators read them, without"
            " knowing whose they are, and may show them. Please name nobody, yourself neither."
        ),
        lines=4,
        count=True,
        max_length=LONGEST_REASON,
    )


def vote_form(ballot: BallotRow, *, by_slip: bool = False) -> VoteForm:
    """The form of a vote on this ballot; with the code of the slip where it is typed in."""
    fields: dict[str, Any] = {}
    if by_slip:
        fields["code"] = TextField(
            _l("Code of the slip"),
            missing=_l("Enter the code of the slip"),
            max_length=20,
            width=10,
            spellcheck=False,
        )
    abstain = Choice(ABSTAIN, _("I abstain"), apart=True)
    if ballot.kind is Kind.CONSENT:
        steps = [Choice(step.value, STEP_TEXT[step], STEP_HINT[step]) for step in Step]
        fields["vote"] = RadiosField(_("Your vote"), missing=CHOOSE, choices=[*steps, abstain])
    elif ballot.kind is Kind.STRAW:
        options = [Choice(str(n), option) for n, option in enumerate(ballot.options)]
        fields["vote"] = RadiosField(_("Your choice"), missing=CHOOSE, choices=[*options, abstain])
    else:
        places = [(str(n), str(n)) for n in range(1, len(ballot.options) + 1)]
        for number, option in enumerate(ballot.options):
            fields[f"{PLACE}-{number}"] = SelectField(option, prompt=_("No place"), choices=places)
    made = type("BallotVoteForm", (_VoteForm,), fields)()
    if ballot.kind is Kind.STRAW:
        del made.vote_reason
    return VoteForm(ballot, made)


class VoteForm:
    """A form of a vote on ``ballot``; ``kit`` is the form itself."""

    def __init__(self, ballot: BallotRow, kit: KitForm) -> None:
        self.ballot = ballot
        self.kit = kit

    @property
    def places(self) -> list[Any]:
        """The fields of a ranking, one for each option."""
        return [field for field in self.kit if field.name.startswith(PLACE)]

    @property
    def others(self) -> list[Any]:
        """The other fields."""
        named = ("code", "vote", "vote_reason")
        return [self.kit[name] for name in named if name in self.kit]

    def check(self) -> bool:
        """Whether it was sent and can be taken."""
        return bool(self.kit.validate_on_submit())

    def vote(self) -> Vote:
        """What was voted. Options of one place are equal; no place at all is an abstention."""
        reason = self.kit.vote_reason.data if "vote_reason" in self.kit else ""
        if self.ballot.kind is Kind.RANKING:
            return Vote(ranking=self._ranking(), reason=reason)
        chosen = self.kit.vote.data
        if chosen == ABSTAIN:
            return Vote(reason=reason)
        if self.ballot.kind is Kind.CONSENT:
            return Vote(Step(chosen), reason=reason)
        return Vote(ranking=((self.ballot.options[int(chosen)],),))

    def _ranking(self) -> tuple[tuple[str, ...], ...]:
        steps: dict[int, list[str]] = {}
        for field, option in zip(self.places, self.ballot.options, strict=True):
            if field.data:
                steps.setdefault(int(field.data), []).append(option)
        return tuple(tuple(steps[place]) for place in sorted(steps))
