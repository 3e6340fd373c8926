"""Fields: what they make of what was typed, and how they show it."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import html5lib
import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from engagement.web.kit import (
    CheckboxesField,
    Choice,
    CodeField,
    DateField,
    EmailField,
    FileField,
    KitForm,
    PasswordField,
    RadiosField,
    SelectField,
    TelephoneField,
    TextareaField,
    TextField,
    WholeNumberField,
    page_title,
)
from engagement.web.kit.living import LivingForm, living_form

pytestmark = pytest.mark.usefixtures("page")


def filled(field: Any, *pairs: tuple[str, Any]) -> Any:
    """The field, in a form to which the pairs were posted, after validation."""
    form = type("OneField", (KitForm,), {"answer": field})(
        formdata=MultiDict(pairs), meta={"csrf": False}
    )
    form.validate()
    return form.answer


def errors(field: Any, *pairs: tuple[str, Any]) -> list[str]:
    return [str(error) for error in filled(field, *pairs).errors]


def element(html: str, element_id: str) -> Any:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    found = [node for node in tree.iter() if node.get("id") == element_id]
    assert len(found) == 1, f"{len(found)} elements with the id {element_id}"
    return found[0]


def test_label_hint_and_error_belong_to_the_input() -> None:
    html = str(filled(TextField("Name", hint="Any name", missing="Enter a name"))())
    field = element(html, "answer")
    assert field.get("aria-describedby") == "answer-hint answer-error"
    assert "Any name" in "".join(element(html, "answer-hint").itertext())
    assert "Error: Enter a name" in " ".join(
        "".join(element(html, "answer-error").itertext()).split()
    )
    assert 'for="answer"' in html


FIELD_NAMES = [name for name, field in vars(LivingForm).items() if hasattr(field, "field_class")]


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_each_field_can_be_the_heading_of_its_page(name: str) -> None:
    form = living_form("empty")
    html = form[name](as_heading=True, caption="About you")
    tree = html5lib.parse(str(html), namespaceHTMLElements=False)
    headings = list(tree.iter("h1"))
    assert len(headings) == 1
    assert str(form[name].label.text) in "".join(headings[0].itertext())
    assert "About you" in str(html)


def test_text_comes_without_white_space_and_control_characters() -> None:
    assert filled(TextField("Name"), ("answer", "  Ann\x00 Lee\u2003")).data == "Ann Lee"
    assert filled(TextareaField("Story"), ("answer", " a\r\nb\rc \n")).data == "a\nb\nc"
    assert filled(TextField("Name")).data == ""


def test_text_has_a_longest_length() -> None:
    assert errors(TextField("Name", max_length=3), ("answer", "four")) == [
        "Name must be 3 characters or fewer"
    ]
    assert errors(TextField("Name", max_length=3), ("answer", "é😀x")) == []


def test_an_optional_answer_may_be_empty_and_is_still_checked() -> None:
    assert errors(EmailField("E-mail address")) == []
    assert errors(EmailField("E-mail address"), ("answer", "ann@"))[0].startswith("Enter an e-mail")
    assert errors(EmailField("E-mail", missing="Enter it"), ("answer", "  ")) == ["Enter it"]
    assert filled(EmailField("E-mail"), ("answer", " ann@example.org ")).data == "ann@example.org"


@pytest.mark.parametrize("typed", ["01632 960 001", "+44 (808) 157-0192", "07700.900.982"])
def test_telephone_numbers_are_taken_as_people_write_them(typed: str) -> None:
    assert errors(TelephoneField("Telephone"), ("answer", typed)) == []


@pytest.mark.parametrize("typed", ["12", "0163x960001", "+" * 9, "1" * 16])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    assert len(errors(TelephoneField("Telephone"), ("answer", typed))) == 1


@pytest.mark.parametrize("typed", ["k7mq-2rtx 9pla", " K7MQ2RTX9PLA ", "k7mq–2rtx—9pla"])
def test_a_code_is_taken_with_or_without_spaces_dashes_and_capitals(typed: str) -> None:
    field = filled(CodeField("Code"), ("answer", typed))
    assert field.data == "K7MQ2RTX9PLA"
    assert f'value="{typed.strip()}"' in str(field())


def test_a_password_is_kept_as_typed_and_never_shown() -> None:
    field = filled(PasswordField("Password"), ("answer", "  sp ace\t"))
    assert field.data == "  sp ace\t"
    assert "sp ace" not in str(field())
    assert 'autocomplete="current-password"' in str(field())


@pytest.mark.parametrize(
    ("typed", "data"), [("30", 30), ("1,200", 1200), (" -5 ", -5), ("", None), ("0", 0)]
)
def test_whole_numbers(typed: str, data: int | None) -> None:
    field = filled(WholeNumberField("Seats"), ("answer", typed))
    assert (field.data, field.errors) == (data, [])


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("3", "Seats must be 4 or more"),
        ("201", "Seats must be 200 or fewer"),
        ("4.5", "Seats must be a whole number, like 30"),
        ("1_0", "Seats must be a whole number, like 30"),
        ("٣٠", "Seats must be a whole number, like 30"),
        ("9" * 19, "Seats must be a whole number, like 30"),
        ("", "Enter the seats"),
    ],
)
def test_wrong_whole_numbers_are_shown_again_with_what_to_do(typed: str, error: str) -> None:
    field = filled(
        WholeNumberField("Seats", least=4, most=200, missing="Enter the seats"), ("answer", typed)
    )
    assert field.errors == [error]
    assert f'value="{typed}"' in str(field()) or not typed


CHOICES = (Choice("a", "First", hint="the one"), ("b", "Second"), Choice("n", "No", apart=True))


def test_radios_have_hints_a_divider_and_no_choice_beforehand() -> None:
    html = str(filled(RadiosField("Which?", choices=CHOICES))())
    assert "checked" not in html
    assert element(html, "answer").get("aria-describedby") == "answer-item-hint"
    assert html.index("Second") < html.index("nhsuk-radios__divider") < html.index(">\nNo")


def test_only_an_offered_choice_is_taken() -> None:
    assert filled(RadiosField("Which?", choices=CHOICES), ("answer", "b")).data == "b"
    assert errors(RadiosField("Which?", choices=CHOICES), ("answer", "x"))
    assert errors(SelectField("Which?", choices=CHOICES), ("answer", "x"))
    assert errors(CheckboxesField("Which?", choices=CHOICES), ("answer", "a"), ("answer", "x"))
    assert errors(RadiosField("Which?", choices=CHOICES, missing="Choose one")) == ["Choose one"]


def test_an_answer_that_is_not_sent_is_not_kept_from_before() -> None:
    form = type("OneField", (KitForm,), {"answer": RadiosField("Which?", choices=CHOICES)})
    posted = form(formdata=MultiDict({"other": "1"}), answer="a", meta={"csrf": False})
    assert posted.answer.data is None


def test_checkboxes_give_their_answers_once_and_in_order() -> None:
    field = filled(
        CheckboxesField("Which?", choices=CHOICES),
        ("answer", "b"),
        ("answer", "a"),
        ("answer", "b"),
    )
    assert field.data == ["a", "b"]
    assert str(field()).count(" checked") == 2
    assert filled(CheckboxesField("Which?", choices=CHOICES)).data == []


def test_a_checkbox_that_stands_apart_cannot_be_ticked_beside_others() -> None:
    field = CheckboxesField("Which?", choices=CHOICES)
    assert errors(field, ("answer", "a"), ("answer", "n")) == [
        "Choose “No” or other answers, not both"
    ]
    assert errors(field, ("answer", "n")) == []
    assert 'data-behaviour="exclusive"' in str(filled(field)())


def test_select_shows_what_is_chosen() -> None:
    html = str(filled(SelectField("Which?", choices=CHOICES, prompt="Pick"), ("answer", "b"))())
    assert 'value="b" selected' in html
    assert '<option value="">Pick</option>' in " ".join(html.split())


def typed_date(day: str, month: str, year: str, **options: Any) -> Any:
    return filled(
        DateField("When is it?", subject="Date of the meeting", **options),
        ("answer-day", day),
        ("answer-month", month),
        ("answer-year", year),
    )


@pytest.mark.parametrize("month", ["3", "03", "March", "mar"])
def test_dates_are_taken_as_people_write_them(month: str) -> None:
    field = typed_date(" 7", month, "2026 ")
    assert (field.data, field.errors) == (date(2026, 3, 7), [])


@pytest.mark.parametrize(
    ("parts", "error", "wrong"),
    [
        (("27", "3", ""), "Date of the meeting must include a year", "year"),
        (("", "3", "2026"), "Date of the meeting must include a day", "day"),
        (("27", "", "2026"), "Date of the meeting must include a month", "month"),
        (("27", "", ""), "Date of the meeting must include a month and year", "month"),
        (("", "3", ""), "Date of the meeting must include a day and year", "day"),
        (("", "", "2026"), "Date of the meeting must include a day and month", "day"),
        (("30", "2", "2026"), "Date of the meeting must be a real date", "day"),
        (("x", "2", "2026"), "Date of the meeting must be a real date", "day"),
        (("1", "13", "2026"), "Date of the meeting must include a real month", "month"),
        (("1", "2", "26"), "Year must include 4 numbers, like 2026", "year"),
        (("1", "2", "0000"), "Date of the meeting must be a real date", "day"),
        (("", "", ""), "Enter the date", "day"),
    ],
)
def test_a_bad_date_says_which_part_is_wrong(
    parts: tuple[str, str, str], error: str, wrong: str
) -> None:
    field = typed_date(*parts, missing="Enter the date")
    assert field.errors == [error]
    assert field.data is None
    assert field.anchor == f"answer-{wrong}"
    html = str(field())
    assert "nhsuk-input--error" in str(element(html, field.anchor).get("class"))
    for name, value in zip(("day", "month", "year"), parts, strict=True):
        assert (element(html, f"answer-{name}").get("value") or "") == value


def test_an_optional_date_may_be_empty() -> None:
    assert typed_date("", "", "").errors == []


def test_a_file_is_taken_when_one_was_chosen() -> None:
    chosen = FileStorage(BytesIO(b"x"), filename="notes.pdf")
    assert filled(FileField("Notes"), ("answer", chosen)).data is chosen
    nothing = FileStorage(BytesIO(b""), filename="")
    assert errors(FileField("Notes", missing="Choose a file"), ("answer", nothing)) == [
        "Choose a file"
    ]
    assert errors(FileField("Notes", missing="Choose a file"), ("answer", "text")) == [
        "Choose a file"
    ]
    assert 'accept=".csv,.xlsx"' in str(filled(FileField("Notes", accept=(".csv", ".xlsx")))())


def test_typed_text_keeps_its_lines_and_spaces_in_a_textarea() -> None:
    field = filled(TextareaField("Story", count=True), ("answer", "one\n   two\n\nthree"))
    assert ">one\n   two\n\nthree</textarea>" in str(field())


def test_the_error_summary_links_to_inputs_that_exist() -> None:
    form = living_form("error")
    html = "".join(str(field()) for field in form)
    lines = form.error_summary()["errorList"]
    assert len(lines) == len(list(form))
    for line in lines:
        target = element(html, line["href"].removeprefix("#"))
        assert target.tag in {"input", "textarea", "select"}


def test_a_service_can_refuse_an_answer() -> None:
    form = LivingForm(formdata=None)
    assert not form.has_errors
    form.refuse("code", "This code was used before")
    assert form.has_errors
    assert form.error_summary()["errorList"] == [
        {"text": "This code was used before", "href": "#code"}
    ]


def test_the_title_of_a_page_in_error_says_so() -> None:
    assert page_title("Your name", living_form("empty")) == "Your name"
    assert page_title("Your name", living_form("error")) == "Error: Your name"


def test_a_form_with_a_file_is_posted_in_parts() -> None:
    assert living_form("empty").takes_files
