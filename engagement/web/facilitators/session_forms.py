"""The forms of sessions: a series, one session, calling it off, counting who came."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.assets.queries import venues
from engagement.database.clock import LONDON
from engagement.sessions.rules import MOST_IN_SERIES, Mode, SessionPlan, times_of_series
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    DateField,
    KitForm,
    PoundsField,
    RadiosField,
    SelectField,
    TextareaField,
    TextField,
    TimeField,
    WholeNumberField,
)
from engagement.web.session_words import MODE_TEXT

LONGEST_MINUTES = 12 * 60


# The fields that a form of a series and one of a session share, each made where it stands.


def _mode() -> Any:
    return RadiosField(
        _l("How do people come together?"),
        missing=_l("Choose how people come together"),
        choices=[(mode.value, MODE_TEXT[mode]) for mode in Mode],
    )


def _venue() -> Any:
    return SelectField(
        _l("Venue"),
        prompt=_l("Not settled yet, or online"),
        hint=_l("Members see what helps them there: steps, hearing loop, how to get in."),
    )


def _joining_link() -> Any:
    return TextField(
        _l("Link to join online"),
        hint=_l(
            "From the host’s own tool, such as Teams or Zoom. Members alone see it, or everyone"
            " where the session is open."
        ),
        max_length=1000,
        spellcheck=False,
    )


def _joining_phone() -> Any:
    return TextField(
        _l("Telephone number to join, with its code"),
        hint=_l("For those without the internet."),
        max_length=100,
    )


def _fee() -> Any:
    return PoundsField(
        _l("Fee in pounds"),
        missing=_l("Enter what each member is paid for coming; 0 for nothing"),
        hint=_l("What each member who comes is paid, such as 75 or 12.50. Enter 0 for nothing."),
    )


def _is_open() -> Any:
    return CheckboxesField(
        _l("Is it open to everyone?"),
        choices=[
            Choice(
                "open",
                _l("Yes, anybody may come or watch"),
                _l("It gets a public page with agenda, papers, and questions sent beforehand."),
            )
        ],
    )


class _WhereForm(KitForm):
    """How and where a session is held."""

    def offer_venues(self, now: str = "") -> None:
        """Offer the venues that are in use, and the one where it is held now."""
        self.venue.choices = [
            (one.public_id, one.name)
            for one in venues()
            if one.closed_at is None or one.public_id == now
        ]

    def placed(self, plan: SessionPlan) -> SessionPlan | None:
        """The plan with how and where; nothing where a link is none."""
        link = self.joining_link.data
        if link and not link.startswith(("https://", "http://")):
            self.refuse("joining_link", _("Enter the whole link, beginning with https://"))
            return None
        return replace(
            plan,
            mode=Mode(self.mode.data or Mode.IN_PERSON),
            venue=self.venue.data,
            joining_link=link,
            joining_phone=self.joining_phone.data,
            fee_pence=self.fee.data,
            is_open=bool(self.is_open.data),
        )


class SeriesForm(_WhereForm):
    """A series of sessions, or one."""

    title = TextField(
        _l("Title"),
        missing=_l("Enter a title"),
        hint=_l("As members know it. Where there are several, each gets its number after it."),
        max_length=150,
    )
    count = WholeNumberField(
        _l("How many sessions?"),
        missing=_l("Enter how many sessions there are"),
        least=1,
        most=MOST_IN_SERIES,
        width=2,
    )
    days_between = WholeNumberField(
        _l("Days from one to the next"),
        hint=_l("14 is every fortnight. Each can be moved by itself later."),
        least=1,
        most=366,
        width=3,
    )
    first_on = DateField(
        _l("Day of the first"),
        subject=_l("The day of the first session"),
        missing=_l("Enter the day of the first session"),
    )
    starts = TimeField(
        _l("It begins at"), missing=_l("Enter when it begins"), hint=_l("Such as 19:00 or 7pm.")
    )
    minutes = WholeNumberField(
        _l("How long is it, in minutes?"),
        missing=_l("Enter how long it is"),
        least=10,
        most=LONGEST_MINUTES,
        width=4,
    )
    mode = _mode()
    venue = _venue()
    joining_link = _joining_link()
    joining_phone = _joining_phone()
    fee = _fee()
    is_open = _is_open()

    def plans(self) -> list[SessionPlan] | None:
        """The sessions of the series; nothing where something does not fit."""
        if self.count.data > 1 and self.days_between.data is None:
            self.refuse("days_between", _("Enter how many days lie between two sessions"))
            return None
        times = times_of_series(
            self.first_on.data,
            self.starts.data,
            self.minutes.data,
            self.days_between.data or 1,
            self.count.data,
            LONDON,
        )
        first = self.placed(SessionPlan(self.title.data, *times[0]))
        if first is None:
            return None
        return [replace(first, starts_at=starts, ends_at=ends) for starts, ends in times]


class SessionForm(_WhereForm):
    """One session."""

    title = TextField(_l("Title"), missing=_l("Enter a title"), max_length=150)
    held_on = DateField(
        _l("Day"), subject=_l("The day of the session"), missing=_l("Enter the day of the session")
    )
    starts = TimeField(_l("It begins at"), missing=_l("Enter when it begins"))
    ends = TimeField(_l("It ends at"), missing=_l("Enter when it ends"))
    mode = _mode()
    venue = _venue()
    joining_link = _joining_link()
    joining_phone = _joining_phone()
    fee = _fee()
    is_open = _is_open()
    record_link = TextField(
        _l("Link to captions, a recording or minutes (optional)"),
        hint=_l("Once there are some."),
        max_length=1000,
        spellcheck=False,
    )

    def plan(self) -> SessionPlan | None:
        """The session as it was filled in; nothing where something does not fit."""
        starts_at = datetime.combine(self.held_on.data, self.starts.data, LONDON)
        ends_at = datetime.combine(self.held_on.data, self.ends.data, LONDON)
        if ends_at <= starts_at:
            self.refuse("ends", _("It must end after it begins"))
            return None
        record_link = self.record_link.data
        if record_link and not record_link.startswith(("https://", "http://")):
            self.refuse("record_link", _("Enter the whole link, beginning with https://"))
            return None
        return self.placed(
            SessionPlan(self.title.data, starts_at, ends_at, record_link=record_link)
        )


class CallOffForm(KitForm):
    """Why a session does not take place."""

    why = TextareaField(
        _l("Why does it not take place?"),
        missing=_l("Enter why it does not take place"),
        hint=_l("Members read it, and everyone where the session is open."),
        lines=3,
        max_length=500,
    )


class CountForm(KitForm):
    """How many came."""

    people = WholeNumberField(
        _l("How many people came?"),
        hint=_l("Of all who were there and are not noted by name. Leave it empty to take it back."),
        least=0,
        most=100_000,
    )
