# mypy: allow-subclassing-any
"""Fields with choices: radios, checkboxes, select."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms.validators import StopValidation

from engagement.web.kit.fields import KitField, Text, Validator


@dataclass(frozen=True)
class Choice:
    """One choice.

    ``apart`` sets it off from the others by the word "or" ("Prefer not to say"); among checkboxes
    such a choice also stands alone: it cannot be ticked beside others.
    """

    value: str
    text: Text
    hint: Text | None = None
    apart: bool = False


class _ChoiceField(KitField):
    """``choices`` may be set on the form's field for each request; pairs are taken too."""

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        choices: Sequence[Choice | tuple[str, Text]] = (),
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.choices: Sequence[Choice | tuple[str, Text]] = choices

    @property
    def offered(self) -> list[Choice]:
        """The choices, each as a ``Choice``."""
        return [item if isinstance(item, Choice) else Choice(*item) for item in self.choices]

    def chosen(self) -> set[str]:
        """The values that are chosen."""
        return {self.data} if self.data else set()

    def pre_validate(self, form: Any) -> None:
        if self.chosen() - {choice.value for choice in self.offered}:
            raise StopValidation(_("Choose from the answers on the page"))

    def items(self) -> list[dict[str, Any]]:
        """The choices as the components take them."""
        chosen = self.chosen()
        items: list[dict[str, Any]] = []
        for choice in self.offered:
            if choice.apart:
                items.append({"divider": _("or")})
            items.append(
                {
                    # Numbered here, as the components would count the divider too.
                    "id": f"{self.id}-{len(items)}" if items else self.id,
                    "value": choice.value,
                    "text": choice.text,
                    "hint": {"text": choice.hint} if choice.hint else None,
                    "checked": choice.value in chosen,
                }
            )
        return items

    def params(self, label: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().params(label), "items": self.items()}


class RadiosField(_ChoiceField):
    """One of a few choices; ``data`` is its value or ``None``. Nothing is chosen beforehand."""

    component = "radios"
    grouped = True
    blank = None


class CheckboxesField(_ChoiceField):
    """Any of a few choices; ``data`` is the list of their values, in the order of the choices."""

    component = "checkboxes"
    grouped = True

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        order = {choice.value: place for place, choice in enumerate(self.offered)}
        self.data = sorted(dict.fromkeys(valuelist), key=lambda value: order.get(value, 0))

    def chosen(self) -> set[str]:
        return set(self.data)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        alone = [choice for choice in self.offered if choice.apart and choice.value in self.data]
        if alone and len(self.data) > 1:
            raise StopValidation(
                _("Choose “%(answer)s” or other answers, not both", answer=alone[0].text)
            )

    def items(self) -> list[dict[str, Any]]:
        apart = {choice.value for choice in self.offered if choice.apart}
        items = super().items()
        for item in items:
            if item.get("value") in apart:
                item["behaviour"] = "exclusive"
        return items


class SelectField(_ChoiceField):
    """One of many choices in a drop-down list; ``prompt`` is its first, empty line."""

    component = "select"
    blank = None

    def __init__(
        self,
        label: Text,
        validators: Sequence[Validator] = (),
        *,
        prompt: Text | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, validators, **options)
        self.prompt = prompt

    def items(self) -> list[dict[str, Any]]:
        chosen = self.chosen()
        return [
            {"value": "", "text": self.prompt or _("Choose an answer")},
            *(
                {"value": c.value, "text": c.text, "selected": c.value in chosen}
                for c in self.offered
            ),
        ]
