"""The forms of a panel's targets."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.web.kit import KitForm, SelectField, TextareaField, TextField

LEAST_CHOICES, MOST_CHOICES = 2, 20
LONGEST_CHOICE = 120
LEAST_TIMES, MOST_TIMES = Fraction(11, 10), Fraction(5)


class FeatureForm(KitForm):
    """A question that everybody knows."""

    feature = SelectField(
        _l("Balance it also by"),
        missing=_l("Choose what it is to be balanced by"),
        prompt=_l("Choose a question"),
    )


class OwnFeatureForm(KitForm):
    """A question of the panel's own."""

    title = TextField(
        _l("What people are asked"),
        missing=_l("Enter the question"),
        hint=_l("As in: do you have a long-term health condition?"),
        max_length=200,
    )
    why = TextareaField(
        _l("Why you ask"),
        missing=_l("Enter why you ask: people read it before they answer"),
        lines=3,
        max_length=500,
    )
    answers = TextareaField(
        _l("Answers"),
        missing=_l("Enter the answers, one on each line"),
        hint=_l("One on each line. “Prefer not to say” is always there besides."),
        lines=5,
        max_length=3000,
    )

    def lines(self) -> tuple[str, ...]:
        """The answers that were filled in."""
        found = (" ".join(line.split()) for line in (self.answers.data or "").splitlines())
        return tuple(line for line in found if line)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a few answers, each different from the others."""
        valid = bool(super().validate(extra_validators))
        if self.answers.errors:
            return valid
        lines = self.lines()
        problem = ""
        if not LEAST_CHOICES <= len(lines) <= MOST_CHOICES:
            problem = _(
                "Enter from %(least)d to %(most)d answers, one on each line",
                least=LEAST_CHOICES,
                most=MOST_CHOICES,
            )
        elif len({line.casefold() for line in lines}) < len(lines):
            problem = _("Enter every answer once: two lines are the same")
        elif any(len(line) > LONGEST_CHOICE for line in lines):
            problem = _("Each answer must be %(count)d characters or fewer", count=LONGEST_CHOICE)
        if problem:
            self.refuse("answers", problem)
        return valid and not problem


class FiguresForm(KitForm):
    """A wish that some people have more than their share."""

    value = SelectField(
        _l("Who is to have more seats than their share? (optional)"), prompt=_l("Nobody")
    )
    times = TextField(
        _l("How many times their share"),
        hint=_l("From 1.1 to 5, as in 1.5: half as many again as their share of the population."),
        inputmode="decimal",
        width=5,
        max_length=10,
    )
    reason = TextareaField(
        _l("Why, in words that everyone will read"),
        hint=_l(
            "Name the group, as in: Core20, the most deprived fifth, waits longest. Or: PLUS,"
            " people of Gypsy, Roma and Traveller communities, whom services reach least."
        ),
        lines=3,
        max_length=500,
    )

    def factor(self) -> Fraction | None:
        """The number that was typed; ``None`` where it is none that makes sense."""
        typed = (self.times.data or "").replace(",", ".")
        if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,3})?", typed):
            return None
        factor = Fraction(typed)
        return factor if LEAST_TIMES <= factor <= MOST_TIMES else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for how many times, and why, where there is a wish."""
        valid = bool(super().validate(extra_validators))
        if not self.value.data:
            return valid
        if self.factor() is None and not self.times.errors:
            self.refuse("times", _("Enter how many times their share, from 1.1 to 5, like 1.5"))
            valid = False
        if not self.reason.data and not self.reason.errors:
            self.refuse("reason", _("Enter why they are to have more than their share"))
            valid = False
        return valid
