"""The files that letters are made of: the table for a mailing house, letters and cards as PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from engagement.database.clock import day_of
from engagement.documents.letters import Frame, Print, Sheet, Words, cards_pdf, letters_pdf
from engagement.documents.sheets import write_csv
from engagement.panels.invitations import Letter
from engagement.panels.queries import PanelRow, hosts_of
from engagement.panels.telling import ToTell, words_about
from engagement.panels.wording import our_words, wordings_of
from engagement.prompts.languages import ENGLISH
from engagement.web.context import day
from engagement.web.visits import current_partnership, entry_address, entry_link, present

CSV, PLAIN, LARGE, CARDS = "csv", "plain", "large", "cards"
FORMS = (CSV, PLAIN, LARGE, CARDS)
PRINTS = {PLAIN: Print.PLAIN, LARGE: Print.LARGE}


@dataclass(frozen=True)
class Made:
    """A file, to be downloaded."""

    name: str
    media_type: str
    content: bytes


def make_file(panel: PanelRow, letters: Sequence[Letter], form: str, name: str) -> Made:
    """A batch's letters as one file. Raises ``CannotBePrinted``."""
    if form == CSV:
        return Made(f"{name}.csv", "text/csv", mail_merge(panel, letters))
    sheets = [Sheet(letter.number, letter.code, letter.address) for letter in letters]
    if form == CARDS:
        content = cards_pdf(sheets, frame_of(panel), _round_the_code(panel, ENGLISH, ""))
    else:
        content = letters_pdf(sheets, frame_of(panel), words_of(panel), PRINTS[form])
    return Made(f"{name}-{form}.pdf", "application/pdf", content)


def mail_merge(panel: PanelRow, letters: Sequence[Letter]) -> bytes:
    """One row for each letter: its number, the lines of its address, its code, where to go, the
    link for a picture to scan, and what is said of other formats and languages."""
    addresses = _in_columns([letter.address for letter in letters])
    formats = _round_the_code(panel, ENGLISH, "").other_formats
    return write_csv(
        [
            "number",
            *next(addresses),
            "code",
            "web_address",
            "entry_link",
            "telephone",
            "other_formats",
        ],
        (
            [
                letter.number,
                *address,
                letter.code,
                entry_address(),
                entry_link(),
                _phone(panel),
                formats,
            ]
            for letter, address in zip(letters, addresses, strict=True)
        ),
    )


def _in_columns(addresses: Sequence[str]) -> Iterator[list[str]]:
    """The headings of as many columns as the longest address has lines, then each in them."""
    lines = [address.splitlines() for address in addresses]
    width = max(map(len, lines), default=0)
    yield [f"address_line_{place}" for place in range(1, width + 1)]
    for address in lines:
        yield [*address, *[""] * (width - len(address))]


def result_letters(panel: PanelRow, people: Sequence[ToTell], name: str) -> Made:
    """One row for each letter about a draw: to whom, and the words, as they are sent by e-mail."""
    addresses = _in_columns([one.address for one in people])
    formats = _round_the_code(panel, ENGLISH, "").other_formats
    content = write_csv(
        [
            "reference",
            "name",
            *next(addresses),
            "result",
            "answer_by",
            "letter",
            "web_address",
            "entry_link",
            "telephone",
            "other_formats",
        ],
        (
            [
                one.reference,
                one.name,
                *address,
                _("drawn") if one.drawn else _("not drawn"),
                day_of(one.deadline_at) if one.deadline_at else None,
                _result_letter(panel, one),
                entry_address(),
                entry_link(),
                _phone(panel),
                formats,
            ]
            for one, address in zip(people, addresses, strict=True)
        ),
    )
    return Made(f"{name}.csv", "text/csv", content)


def _result_letter(panel: PanelRow, one: ToTell) -> str:
    template = "email/panel_drawn.txt" if one.drawn else "email/panel_not_drawn.txt"
    words = words_about(panel)
    written = render_template(
        template, name=one.name, link=entry_address(), deadline_at=one.deadline_at, **words
    )
    return written.strip()


def _phone(panel: PanelRow) -> str:
    return panel.contact_phone or current_partnership().phone


def frame_of(panel: PanelRow) -> Frame:
    """What is the same on every letter."""
    partnership, now = current_partnership(), present()
    return Frame(
        title=_("Invitation: %(title)s", title=panel.title),
        sender=run_by(panel),
        sender_address=partnership.address,
        day=day(now),
        web=entry_address(),
        link=entry_link(),
        phone=_phone(panel),
        number=_("Letter"),
        picture=_("A picture to scan. It leads to %(address)s.", address=entry_address()),
        made_on=day_of(now),
    )


def run_by(panel: PanelRow) -> str:
    """Who runs the panel, in words."""
    *others, last = hosts_of(panel.programme_id)
    return _("%(names)s and %(last)s", names=", ".join(others), last=last) if others else last


def words_of(panel: PanelRow, written: Mapping[str, str] | None = None) -> list[Words]:
    """The letter in English, then its translations."""
    written = wordings_of(panel.id) if written is None else written
    english = written.get(ENGLISH) or our_words(panel, run_by(panel))
    texts = {ENGLISH: english, **{key: text for key, text in written.items() if key != ENGLISH}}
    return [_round_the_code(panel, language, text) for language, text in texts.items()]


def _round_the_code(panel: PanelRow, language: str, text: str) -> Words:
    with force_locale(language):
        return Words(
            language,
            text,
            join=_("How to answer"),
            web=_("Go to"),
            code=_("and enter this code"),
            phone=_("or call us on"),
            scan=_("or scan this with a telephone, then enter the code"),
            formats=_("Other formats and languages"),
            other_formats=panel.other_formats
            or (
                _("Call us for large print, easy read, audio, sign language or another language.")
                if _phone(panel)
                else ""
            ),
        )
