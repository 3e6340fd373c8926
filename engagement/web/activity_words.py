"""In which words a page asks: the plain ones, or those of another language or format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from markupsafe import Markup

from engagement.programmes.queries import ActivityRow
from engagement.prompts.languages import ENGLISH, LANGUAGES, RIGHT_TO_LEFT
from engagement.prompts.queries import WordingRow
from engagement.prompts.rules import WordingFormat
from engagement.web.words import WORDING_TEXT


@dataclass(frozen=True)
class Asking:
    """What a page asks, in the words that were chosen; without a ``wording`` the plain ones."""

    title: str
    about: str
    prompt: str
    wording: WordingRow | None = None

    @property
    def is_large(self) -> bool:
        """Whether the page is to be in large print."""
        return self.wording is not None and self.wording.format is WordingFormat.LARGE_PRINT

    @property
    def language(self) -> str:
        """The BCP 47 tag of the words, empty for those of the page."""
        return language_of(self.wording)

    @property
    def attributes(self) -> Markup:
        """The language and direction of the words, for the element that holds them."""
        return language_attributes(self.language)


def asking(activity: ActivityRow, wordings: Sequence[WordingRow], question: str) -> Asking:
    """The words that the address asks for (``?wording=``); what a wording leaves empty is plain."""
    chosen = next((one for one in wordings if one.public_id == request.args.get("wording")), None)
    return in_words(activity, chosen, question)


def in_words(activity: ActivityRow, wording: WordingRow | None, question: str) -> Asking:
    """An activity in this wording; ``question`` is what it asks where it says nothing."""
    plain = Asking(activity.title, activity.about, activity.prompt or question)
    if wording is None:
        return plain
    return Asking(
        wording.title or plain.title,
        wording.about or plain.about,
        wording.prompt or plain.prompt,
        wording,
    )


def language_of(wording: WordingRow | None) -> str:
    """The BCP 47 tag of a wording in another language than the page's, else empty."""
    return wording.language if wording and wording.language != ENGLISH else ""


def language_attributes(language: str) -> Markup:
    """``lang`` and ``dir`` for words in another language than the page's."""
    if not language:
        return Markup("")
    direction = "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
    return Markup(' lang="{}" dir="{}"').format(language, direction)


@dataclass(frozen=True)
class ShownWording:
    """A wording as a list shows it: a language by its own name, in that language."""

    wording: WordingRow
    name: Any
    attributes: Markup


def show_wordings(wordings: Sequence[WordingRow]) -> list[ShownWording]:
    """Each wording as lists show it."""
    return [_show(one) for one in wordings]


def _show(wording: WordingRow) -> ShownWording:
    if wording.format is not WordingFormat.TRANSLATION:
        return ShownWording(wording, WORDING_TEXT[wording.format], Markup(""))
    name = LANGUAGES.get(wording.language, (wording.language, ""))[0]
    return ShownWording(wording, name, language_attributes(wording.language))
