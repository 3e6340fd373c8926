"""Letters and cards as PDF: tagged, in type that can be read, with the words that came in."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
import segno
from pypdf import PdfReader

from engagement.documents.letters import (
    CannotBePrinted,
    Frame,
    Print,
    Sheet,
    Words,
    cards_pdf,
    letters_pdf,
)

LINK = "https://engage.example/p/north/me/enter"
FRAME = Frame(
    "Invitation: Panel on waiting",
    "Northshire Care Partnership",
    "1 Harbour Road\nRiverbank",
    "3 January 2027",
    "engage.example/p/north/me/enter",
    LINK,
    "01632 960 001",
    "Letter",
    "A picture to scan",
    date(2027, 1, 3),
)
ENGLISH = Words(
    "en",
    "Dear resident,\n\nWe are looking for you.\n\n# What it means\n- It is paid\n- It is here",
    "How to answer",
    "Go to",
    "and enter this code",
    "or call us on",
    "or scan this",
    "Other formats",
    "Call us for large print.",
)
POLISH = replace(ENGLISH, language="pl", text="Szanowni Państwo,\n\nZapraszamy do udziału.")
ARABIC = replace(ENGLISH, language="ar", text="عزيزي الساكن")
SHEETS = [
    Sheet(7, "7K3QF-9M2XR", "12 Mill Lane\nRiverbank\nRB1 2AA"),
    Sheet(1008, "AAAAA-BBBBB", "#let x = 1 *bold* @ref <label>\n=HYPERLINK(1)"),
]


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> list[str]:
    """The text of each page, its white space made one space."""
    return [" ".join(page.extract_text().split()) for page in read(content).pages]


def test_a_letter_has_its_address_its_number_its_code_and_every_way_to_answer() -> None:
    first, second = text_of(letters_pdf(SHEETS, FRAME, [ENGLISH]))
    for words in (
        "12 Mill Lane Riverbank RB1 2AA",
        "Letter 7",
        "7K3QF-9M2XR",
        "engage.example/p/north/me/enter",
        "01632 960 001",
        "Call us for large print.",
        "Invitation: Panel on waiting",
        "What it means",
        "It is paid",
    ):
        assert words in first
    assert "AAAAA-BBBBB" not in first
    assert "Letter 1,008" in second


def test_what_stands_in_an_address_is_printed_and_never_carried_out() -> None:
    second = text_of(letters_pdf(SHEETS, FRAME, [ENGLISH]))[1]
    assert "#let x = 1 *bold* @ref <label> =HYPERLINK(1)" in second


@pytest.mark.parametrize("print_", Print)
def test_a_letter_is_tagged_says_its_language_and_its_title(print_: Print) -> None:
    content = letters_pdf(SHEETS, FRAME, [ENGLISH, POLISH], print_)
    root = read(content).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    found = str(kinds_below(root["/StructTreeRoot"], set()))
    assert all(f"/{kind}'" in found for kind in ("H1", "H2", "P", "L", "Figure"))


def kinds_below(node: object, seen: set[int]) -> set[str]:
    """The kinds of structure in a document, with the alternative texts and languages."""
    found: set[str] = set()
    todo = [node]
    while todo:
        one = todo.pop()
        if hasattr(one, "get_object"):
            one = one.get_object()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict) and id(one) not in seen:
            seen.add(id(one))
            found |= {str(one[key]) for key in ("/S", "/Alt", "/Lang") if key in one}
            todo += [one["/K"]] if "/K" in one else []
    return found


def test_the_picture_has_its_words_and_a_translation_its_language() -> None:
    content = letters_pdf(SHEETS[:1], FRAME, [ENGLISH, POLISH])
    found = kinds_below(read(content).trailer["/Root"]["/StructTreeRoot"], set())
    assert {"A picture to scan", "pl"} <= found


def test_the_picture_is_the_code_of_the_address_and_nothing_else() -> None:
    page = read(letters_pdf(SHEETS[:1], FRAME, [ENGLISH])).pages[0]
    (image,) = (one.get_object() for one in page["/Resources"]["/XObject"].values())
    width, data = image["/Width"], image.get_data()
    step = len(data) // (width * image["/Height"])
    code = segno.make(LINK, error="m", micro=False)
    side = code.symbol_size(border=4)[0]
    scale = width // side
    assert width == side * scale
    rows = [
        [
            data[((row * scale + 1) * width + column * scale + 1) * step] < 128
            for column in range(side)
        ]
        for row in range(side)
    ]
    assert rows == [[bool(cell) for cell in row] for row in code.matrix_iter(border=4)]


def test_large_print_is_large_and_a_pile_can_be_printed_on_both_sides() -> None:
    sizes: dict[Print, set[int]] = {print_: set() for print_ in Print}
    for print_ in Print:
        pages = read(letters_pdf(SHEETS, FRAME, [ENGLISH], print_)).pages

        def note(text: str, cm: object, tm: list[float], font: object, size: float) -> None:
            if "looking for" in text:
                sizes[print_].add(round(size * abs(tm[3])))  # noqa: B023

        pages[0].extract_text(visitor_text=note)
    assert min(sizes[Print.LARGE]) >= 16
    assert min(sizes[Print.PLAIN]) >= 11
    pages = text_of(letters_pdf(SHEETS, FRAME, [ENGLISH, POLISH]))
    assert "Zapraszamy do udziału." in pages[1]
    assert "7K3QF-9M2XR" in pages[1]
    assert "Letter 1,008" in pages[2]


def test_words_that_no_font_has_are_refused_and_not_printed_as_boxes() -> None:
    unknown = replace(ENGLISH, language="xx", text="Dear \U00013000 resident")
    with pytest.raises(CannotBePrinted, match="Install a font"):
        letters_pdf(SHEETS, FRAME, [ENGLISH, unknown])


def test_cards_have_a_code_each_eight_to_a_page() -> None:
    sheets = [Sheet(number, f"AAAAA-{number:05}") for number in range(1, 10)]
    first, second = text_of(cards_pdf(sheets, FRAME, ENGLISH))
    assert "AAAAA-00008" in first
    assert "AAAAA-00009" not in first
    assert "AAAAA-00009" in second
    assert "01632 960 001" in second
