# mypy: allow-subclassing-any
"""The date field: three inputs, and errors that say which part is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from engagement.web.kit.fields import KitField, Text, Validator

PARTS = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class DateField(KitField):
    """A date in day, month and year; ``data`` is a ``date`` or ``None``.

    The inputs are named after the field: ``meeting-day``, ``meeting-month``, ``meeting-year``.
    ``subject`` begins the errors ("Date of the meeting must include a year") where the label is a
    question. A month may be typed as a word.
    """

    component = "dateInput"
    grouped = True
    blank = None

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        subject: Text | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.subject = subject
        self.typed: dict[str, str] = {}
        self.wrong_parts: tuple[str, ...] = ()

    def is_blank(self) -> bool:
        return self.data is None and not any(self.typed.values())

    def process(self, formdata: Any, *args: Any, **more: Any) -> None:
        if formdata is not None:
            self.typed = {
                part: str(formdata.get(f"{self.name}-{part}", "")).strip()[:20] for part in PARTS
            }
        super().process(formdata, *args, **more)

    def process_data(self, value: Any) -> None:
        self.data = value
        if value is not None and not self.typed:
            self.typed = {part: str(getattr(value, part)) for part in PARTS}

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = None
        absent = [part for part in PARTS if not self.typed[part]]
        if len(absent) == len(PARTS):
            return
        subject = self.subject or self.label.text
        if absent:
            self._refuse(self._absent(subject, absent), absent)
        year = self.typed["year"]
        if not re.fullmatch(r"[0-9]{4}", year):
            self._refuse(_("Year must include 4 numbers, like 2026"), ["year"])
        day, month = self._number("day"), self._month()
        if not 1 <= month <= 12:
            self._refuse(_("%(subject)s must include a real month", subject=subject), ["month"])
        try:
            self.data = date(int(year), month, day)
        except ValueError:
            self._refuse(_("%(subject)s must be a real date", subject=subject), ["day"])

    def _absent(self, subject: Text, absent: Sequence[str]) -> str:
        messages = {
            ("day",): _("%(subject)s must include a day", subject=subject),
            ("month",): _("%(subject)s must include a month", subject=subject),
            ("year",): _("%(subject)s must include a year", subject=subject),
            ("day", "month"): _("%(subject)s must include a day and month", subject=subject),
            ("day", "year"): _("%(subject)s must include a day and year", subject=subject),
            ("month", "year"): _("%(subject)s must include a month and year", subject=subject),
        }
        return str(messages[tuple(absent)])

    def _refuse(self, message: str, parts: Sequence[str]) -> None:
        self.wrong_parts = tuple(parts)
        raise ValueError(message)

    def _number(self, part: str) -> int:
        typed = self.typed[part]
        return int(typed) if re.fullmatch(r"[0-9]{1,2}", typed) else 0

    def _month(self) -> int:
        beginning = self.typed["month"].lower()[:3]
        return MONTHS.index(beginning) + 1 if beginning in MONTHS else self._number("month")

    @property
    def anchor(self) -> str:
        return f"{self.id}-{self.wrong_parts[0] if self.wrong_parts else PARTS[0]}"

    def params(self, label: Mapping[str, Any]) -> dict[str, Any]:
        names = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
        return {
            **super().params(label),
            "id": self.id,
            "items": [
                {
                    "id": f"{self.id}-{part}",
                    "name": f"{self.name}-{part}",
                    "label": {"text": names[part]},
                    "value": self.typed.get(part),
                    "width": 4 if part == "year" else 2,
                    "error": True if part in self.wrong_parts else None,
                }
                for part in PARTS
            ],
        }
