"""Letters and cards with codes, as tagged PDF that a screen reader can walk."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

RIGHT_TO_LEFT = ("ar", "fa", "ku", "ps", "ur", "he", "yi")


class CannotBePrinted(ValueError):
    """The words cannot be set in type; the message says why, and what to do."""


class Print(StrEnum):
    """How large the letters are set."""

    PLAIN = "plain"
    LARGE = "large"


@dataclass(frozen=True)
class Sheet:
    """What differs from one letter to the next; ``address`` has a line for each of its lines."""

    number: int
    code: str
    address: str = ""


@dataclass(frozen=True)
class Words:
    """A letter in one language: paragraphs with a blank line between; "# " begins a heading, "- "
    an item of a list. The rest are the headings and lines round the code."""

    language: str
    text: str
    join: str
    web: str
    code: str
    phone: str
    scan: str
    formats: str
    other_formats: str = ""


@dataclass(frozen=True)
class Frame:
    """What all letters or cards of a file have in common. ``link`` is what the picture leads to,
    ``web`` the same as it is typed; ``number`` the word before a letter's number."""

    title: str
    sender: str
    sender_address: str
    day: str
    web: str
    link: str
    phone: str
    number: str
    picture: str
    made_on: date


def letters_pdf(
    sheets: Sequence[Sheet], frame: Frame, words: Sequence[Words], print_: Print = Print.PLAIN
) -> bytes:
    """One letter for each sheet, in the first of ``words``; the others follow on further pages.

    Where a letter may have more than one page, each begins on the right, so that the pile can be
    printed on both sides. Raises ``CannotBePrinted``.
    """
    content = {
        "sheets": [_lines(sheet) for sheet in sheets],
        "words": [{**asdict(one), "blocks": _blocks(one.text)} for one in words],
        "large": print_ is Print.LARGE,
    }
    return _set("letter.typ", frame, content, words[0].language)


def cards_pdf(sheets: Sequence[Sheet], frame: Frame, words: Words) -> bytes:
    """Cards to hand out, eight to a page, each with its code. Raises ``CannotBePrinted``."""
    content = {"sheets": [_lines(sheet) for sheet in sheets], "words": asdict(words)}
    return _set("cards.typ", frame, content, words.language)


@dataclass(frozen=True)
class Shown:
    """A figure that is shown before the question of a form."""

    title: str
    words: str
    source: str


@dataclass(frozen=True)
class FormWords:
    """What a form asks. ``text`` is as in ``Words``; ``roles`` and ``consents`` are each a list to
    tick, below their question. The rest are the lines round the places to write in."""

    language: str
    text: str
    question: str
    shown: Sequence[Shown]
    write: str
    more: str
    place: str
    date: str
    role: str
    roles: Sequence[str]
    consent: str
    consents: Sequence[str]
    hand_in: str
    hand_in_text: str
    online: str
    online_text: str
    code: str


def forms_pdf(
    sheets: Sequence[Sheet], frame: Frame, words: FormWords, print_: Print = Print.PLAIN
) -> bytes:
    """A form to write on for each sheet, with its code on every page. Raises
    ``CannotBePrinted``."""
    content = {
        "sheets": [_lines(sheet) for sheet in sheets],
        "words": {**asdict(words), "blocks": _blocks(words.text)},
        "large": print_ is Print.LARGE,
    }
    return _set("form.typ", frame, content, words.language)


def _lines(sheet: Sheet) -> dict[str, Any]:
    lines = [line.strip() for line in sheet.address.splitlines() if line.strip()]
    return {"number": f"{sheet.number:,}", "code": sheet.code, "address": lines}


def _blocks(text: str) -> list[dict[str, Any]]:
    """The headings, paragraphs and lists of a text."""
    blocks: list[dict[str, Any]] = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        open_: tuple[str, list[str]] | None = None
        for line in filter(None, map(str.strip, part.split("\n"))):
            if line.startswith("# "):
                open_ = None
                blocks.append({"kind": "heading", "lines": [line[2:].strip()]})
                continue
            kind, shown = ("list", line[2:].strip()) if line.startswith("- ") else ("text", line)
            if open_ is None or open_[0] != kind:
                open_ = kind, []
                blocks.append({"kind": kind, "lines": open_[1]})
            open_[1].append(shown)
    return blocks


def _set(template: str, frame: Frame, content: dict[str, Any], language: str) -> bytes:
    import typst  # only who prints should carry the typesetter

    shared: dict[str, Any] = asdict(frame)
    shared["made_on"] = [frame.made_on.year, frame.made_on.month, frame.made_on.day]
    everything = {**content, **shared, "qr": list(_qr(frame.link)), "language": _language(language)}
    everything["right_to_left"] = list(RIGHT_TO_LEFT)
    try:
        return bytes(
            typst.compile(
                _template(template),
                format="pdf",
                font_paths=_fonts(),
                sys_inputs={"content": json.dumps(everything, ensure_ascii=False)},
                pdf_standards=["ua-1"],
            )
        )
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            raise CannotBePrinted(NO_LETTERS) from error
        raise


NO_LETTERS = (
    "No font here has all the letters of these words. Install a font for the language (such as"
    " Noto), or send its text as a file of your own."
)


def _language(code: str) -> str:
    return code.partition("-")[0]


@cache
def _template(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Our own for most of Europe, and those of the system for other scripts."""
    import typst

    own = find_spec("font_source_sans_pro")
    assert own is not None
    assert own.origin is not None
    folder = Path(own.origin).parent / "files"
    return typst.Fonts(font_paths=[folder])


@cache
def _qr(link: str) -> bytes:
    import segno

    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", border=4, scale=8)
    return out.getvalue()
