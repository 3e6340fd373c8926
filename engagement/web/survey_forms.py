# mypy: allow-subclassing-any
"""A set of a survey's questions as a form, the same for residents and for staff who help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.prompts.queries import cards_named
from engagement.surveys.queries import ResponseRow
from engagement.surveys.rules import LONGEST_TEXT, PREFER_NOT, Asked, Kind, Sheet
from engagement.web.data_cards import ShownCard, show_card
from engagement.web.kit import (
    CheckboxesField,
    Choice,
    KitForm,
    RadiosField,
    SelectField,
    TextareaField,
    WholeNumberField,
)

QUOTE = _l("You may show these words to others, without my name. I have not named anybody else.")
CHOOSE = _l("Choose an answer, or “Prefer not to say”")
UNNUMBERED = _l("No place")


@dataclass(frozen=True)
class SetForm:
    """The questions of a set with their fields; ``kit`` is the form that holds them all.

    ``cards``: the data cards that stand above questions, by their public ids.
    """

    kit: KitForm
    questions: tuple[Asked, ...]
    cards: Mapping[str, ShownCard]

    def fields(self, asked: Asked) -> list[Any]:
        """The fields of a question: one, or one for each choice that is given a place."""
        return [field for field in self.kit if field.name.partition("-")[0] == self._name(asked)]

    def given(self) -> dict[str, Any]:
        """What was answered, by question."""
        return {asked.key: self._value(asked) for asked in self.questions}

    def quoted(self) -> dict[str, bool]:
        """Which own words may be shown."""
        return {
            asked.key: bool(self.kit[f"{self._name(asked)}-quote"].data)
            for asked in self.questions
            if asked.kind is Kind.TEXT
        }

    def check(self) -> bool:
        """Whether all can be taken; two choices cannot have the same place."""
        valid = self.kit.validate_on_submit()
        for asked in self.questions:
            places = [field.data for field in self.fields(asked) if field.data]
            if asked.kind is Kind.RANKING and valid and len(set(places)) < len(places):
                doubled = next(place for place in places if places.count(place) > 1)
                for field in self.fields(asked):
                    if field.data == doubled:
                        message = _("Give each choice another place, or “No place”")
                        self.kit.refuse(field.name, message)
                valid = False
        return bool(valid)

    def refuse(self, key: str) -> None:
        """Say that an answer cannot be taken."""
        for asked in self.questions:
            if asked.key == key:
                self.kit.refuse(self.fields(asked)[0].name, _("Answer this question"))

    def _name(self, asked: Asked) -> str:
        return f"q{self.questions.index(asked)}"

    def _value(self, asked: Asked) -> Any:
        field = self.fields(asked)[0]
        if asked.kind is not Kind.RANKING:
            return field.data
        placed = [
            (int(field.data), option.key)
            for field, option in zip(self.fields(asked), asked.options, strict=True)
            if field.data
        ]
        return [key for _place, key in sorted(placed)]


def set_number(page: str, sheet: Sheet) -> int:
    """The number of a set, where the answers lead to it; otherwise there is no such page."""
    shown = {str(number): number for number in sheet.pages}
    return shown[page] if page in shown else abort(404)


def set_form(programme_id: int, sheet: Sheet, page: int, response: ResponseRow | None) -> SetForm:
    """The form of a set, with what was answered before."""
    questions = tuple(sheet.on(page))
    quoted = response.may_quote if response else {}
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for number, asked in enumerate(questions):
        made, before = _fields(f"q{number}", asked, sheet.answers.get(asked.key), quoted)
        fields |= made
        data |= before
    form = type("SurveySetForm", (KitForm,), fields)
    cards = cards_named(programme_id, {asked.card for asked in questions if asked.card})
    shown = {key: show_card(card) for key, card in cards.items()}
    return SetForm(form(data=data), questions, shown)


def _fields(
    name: str, asked: Asked, answer: Any, quoted: Mapping[str, bool]
) -> tuple[dict[str, Any], dict[str, Any]]:
    hint = asked.hint or None
    choices = [Choice(option.key, option.text) for option in asked.options]
    apart = Choice(PREFER_NOT, _("Prefer not to say"), apart=True)
    if asked.kind is Kind.SINGLE:
        radios = RadiosField(asked.text, hint=hint, missing=CHOOSE, choices=[*choices, apart])
        return {name: radios}, {name: answer}
    if asked.kind is Kind.SCALE:
        ends = {0: asked.low, len(choices) - 1: asked.high}
        named = [
            Choice(one.value, f"{one.text}: {ends[place]}" if ends.get(place) else one.text)
            for place, one in enumerate(choices)
        ]
        scale = RadiosField(asked.text, hint=hint, missing=CHOOSE, choices=[*named, apart])
        return {name: scale}, {name: answer}
    if asked.kind is Kind.MULTIPLE:
        several = hint or _("Tick all that apply.")
        ticks = CheckboxesField(asked.text, hint=several, missing=CHOOSE, choices=[*choices, apart])
        return {name: ticks}, {name: answer}
    if asked.kind is Kind.NUMBER:
        unit = f"{hint or ''} {_('In %(unit)s.', unit=asked.unit) if asked.unit else ''}".strip()
        number = WholeNumberField(asked.text, hint=unit or None, least=asked.least, most=asked.most)
        return {name: number}, {name: answer}
    if asked.kind is Kind.TEXT:
        words = TextareaField(
            asked.text,
            hint=hint or _("Please do not name anybody: say “the nurse” or “my son” instead."),
            lines=5,
            count=True,
            max_length=LONGEST_TEXT,
        )
        quote = CheckboxesField(
            _("May we show these words to others?"), choices=[Choice("yes", QUOTE)]
        )
        before = ["yes"] if quoted.get(asked.key) else []
        return {name: words, f"{name}-quote": quote}, {name: answer, f"{name}-quote": before}
    places = [(str(n + 1), str(n + 1)) for n in range(len(choices))]
    order = answer or []
    return (
        {
            f"{name}-{place}": SelectField(one.text, prompt=UNNUMBERED, choices=places)
            for place, one in enumerate(choices)
        },
        {
            f"{name}-{place}": str(order.index(one.value) + 1) if one.value in order else ""
            for place, one in enumerate(choices)
        },
    )


def answer_words(asked: Asked, answer: Any) -> str:
    """An answer as its giver reads it again."""
    texts = {option.key: option.text for option in asked.options}
    if answer in (PREFER_NOT, [PREFER_NOT]):
        return str(_("Prefer not to say"))
    if answer is None:
        return str(_("Not answered"))
    if asked.kind is Kind.RANKING:
        return "; ".join(f"{place}. {texts[key]}" for place, key in enumerate(answer, start=1))
    if isinstance(answer, list):
        return "; ".join(texts[key] for key in answer)
    if asked.kind is Kind.NUMBER:
        return f"{answer} {asked.unit}".strip()
    return texts.get(answer, str(answer))


def checked_rows(sheet: Sheet) -> Sequence[tuple[Asked, str]]:
    """Every question that is shown, with what was answered."""
    return [(asked, answer_words(asked, sheet.answers.get(asked.key))) for asked in sheet.shown]
