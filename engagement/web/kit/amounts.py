# mypy: allow-subclassing-any
"""Fields for a time of day and for an amount of money, as people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms.validators import StopValidation

from engagement.web.kit.fields import Text, TextField, Validator

_TIME = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(am|pm)?", re.IGNORECASE)
_POUNDS = re.compile(r"£?\s*([0-9]{1,7})(?:\.([0-9]{1,2}))?")


class _Typed(TextField):
    """A text whose data is something else; what was typed is shown again, even when it is wrong."""

    blank = None

    def __init__(self, label: Text, validators: Sequence[Validator] = (), **options: Any) -> None:
        super().__init__(label, validators, **{"autocomplete": "off", "max_length": 20, **options})
        self.typed: str | None = None

    def is_blank(self) -> bool:
        return self.data is None

    def parse(self, text: str) -> Any:
        self.typed = super().parse(text)
        return self.read(self.typed) if self.typed else None

    def read(self, typed: str) -> Any:
        """What was typed as data; as it is where it cannot be read."""
        raise NotImplementedError

    def written(self, data: Any) -> str:
        """Data as it stands in the input."""
        raise NotImplementedError

    def shown(self) -> Text | None:
        if self.typed is not None:
            return self.typed
        return None if self.data is None else self.written(self.data)


class TimeField(_Typed):
    """A time of day; ``data`` is a ``time`` or ``None``. Takes 19:00, 7pm and 7.30 pm."""

    def __init__(self, label: Text, validators: Sequence[Validator] = (), **options: Any) -> None:
        super().__init__(label, validators, **{"width": 5, **options})

    def read(self, typed: str) -> Any:
        match = _TIME.fullmatch(typed.strip())
        if match is None or not (match[2] or match[3]):
            return typed
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if half and not 1 <= hour <= 12:
            return typed
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        return time(hour, minute) if hour < 24 and minute < 60 else typed

    def written(self, data: Any) -> str:
        return f"{data:%H:%M}"

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and not isinstance(self.data, time):
            raise StopValidation(
                _("%(label)s must be a time, like 19:00 or 7pm", label=self.label.text)
            )


class PoundsField(_Typed):
    """An amount in pounds; ``data`` is a whole number of pence, or ``None``. ``most`` is in
    pounds."""

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        most: int = 1_000,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **{"inputmode": "decimal", "width": 5, **options})
        self.most = most

    def read(self, typed: str) -> Any:
        match = _POUNDS.fullmatch(typed.replace(",", ""))
        if match is None:
            return typed
        return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))

    def written(self, data: Any) -> str:
        return f"{Decimal(data) / 100:.2f}".removesuffix(".00")

    def pre_validate(self, form: Any) -> None:
        right = isinstance(self.data, int) and 0 <= self.data <= self.most * 100
        if self.data is not None and not right:
            raise StopValidation(
                _("Write pounds from 0 to %(most)d, like 75 or 12.50", most=self.most)
            )
