"""Lists in pages, tables and charts."""

from __future__ import annotations

import re
from typing import Any

import html5lib
import pytest
from flask import Flask

from engagement.web.kit import Column, GroupedBarChart, Link, Page, Series, Table, bar_chart
from engagement.web.kit.numbers import shown_number
from engagement.web.kit.pages import pagination
from engagement.web.kit.pagination import NoSuchPage, page_number


def page_of(number: int, count: int) -> Page[int]:
    return Page(items=[], number=number, size=10, total=count * 10)


@pytest.mark.parametrize(
    ("number", "count", "window"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 10, [1, 2, None, 10]),
        (3, 10, [1, 2, 3, 4, None, 10]),
        (4, 10, [1, 2, 3, 4, 5, None, 10]),
        (7, 20, [1, None, 6, 7, 8, None, 20]),
        (18, 20, [1, None, 17, 18, 19, 20]),
        (20, 20, [1, None, 19, 20]),
    ],
)
def test_the_window_of_page_numbers(number: int, count: int, window: list[int | None]) -> None:
    assert page_of(number, count).window() == window


def test_a_page_knows_its_place() -> None:
    page = Page(items=["k"], number=3, size=10, total=21)
    assert (page.count, page.first, page.last) == (3, 21, 21)
    empty: Page[int] = Page(items=[], number=1, size=10, total=0)
    assert (empty.count, empty.first, empty.last) == (1, 0, 0)


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "1.0", "²", "٣", "9" * 10])
def test_what_is_no_page_number_is_refused(text: str) -> None:
    with pytest.raises(NoSuchPage):
        page_number(text)


def test_page_numbers() -> None:
    assert (page_number(None), page_number("12")) == (1, 12)
    with pytest.raises(NoSuchPage, match="no page 4 of 3"):
        page_of(4, 3)


def test_links_to_pages_keep_the_rest_of_the_address(app: Flask) -> None:
    with app.test_request_context("/kit?state=filled&page=2"):
        app.preprocess_request()
        html = pagination(page_of(2, 3))
        assert "/kit?state=filled&amp;page=3" in html
        assert html.count('aria-current="page"') == 1
        assert pagination(page_of(1, 1)) == ""


def table_rows(html: str) -> list[list[str]]:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    rows = []
    for row in tree.iter("tr"):
        cells = []
        for cell in row:
            for repeated in cell.findall("span[@aria-hidden='true']"):
                tail = repeated.tail or ""
                repeated.clear()
                repeated.tail = tail
            cells.append("".join(cell.itertext()).strip())
        rows.append(cells)
    return rows


def test_a_table_shows_texts_numbers_links_and_nothing() -> None:
    table = Table(
        caption="Sessions",
        columns=(Column("Session"), Column("Seats", numeric=True)),
        rows=[[Link("Care", "/care", hidden="session"), 1200], ["<b>", None], ["Zero", 0]],
    )
    html = str(table.__html__())
    rows = [[" ".join(cell.split()) for cell in row] for row in table_rows(html)]
    assert rows == [["Session", "Seats"], ["Care session", "1,200"], ["<b>", ""], ["Zero", "0"]]
    assert 'href="/care"' in html
    assert html.count("numeric") >= 4
    assert 'scope="row"' in html


def test_a_table_without_rows_is_a_sentence() -> None:
    table = Table(caption="x", columns=(Column("a"),), rows=[], empty="Nothing yet")
    assert str(table.__html__()) == '<p class="nhsuk-body">Nothing yet</p>'


def test_a_row_of_the_wrong_length_is_named() -> None:
    with pytest.raises(ValueError, match="row 2 of the table 'table' has 1 cells"):
        Table(caption="x", columns=(Column("a"), Column("b")), rows=[["1", "2"], ["1"]])


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (1234567, "1,234,567"), (12.5, "12.5"), (33.0, "33")]
)
def test_numbers_as_people_read_them(value: float, shown: str) -> None:
    assert shown_number(value) == shown


def chart(**more: Any) -> GroupedBarChart:
    return GroupedBarChart(
        **{
            "title": "Age & sex",
            "description": "Who is there",
            "heading": "Age",
            "labels": ("Young", "A long label that has to be broken into two lines"),
            "series": (Series("Area", (25, 75.5)), Series("Panel", (None, 0))),
            "unit": "%",
            "name": "age",
            **more,
        }
    )


def test_a_chart_has_a_title_and_a_description() -> None:
    tree = html5lib.parse(str(chart().svg()), namespaceHTMLElements=False)
    svg = next(tree.iter("{http://www.w3.org/2000/svg}svg"))
    parts = {node.get("id"): node.text for node in svg.iter() if node.get("id")}
    assert svg.get("role") == "img"
    assert parts[str(svg.get("aria-labelledby"))] == "Age & sex"
    assert parts[str(svg.get("aria-describedby"))] == "Who is there"


def test_the_table_of_a_chart_says_what_the_drawing_says() -> None:
    html = str(chart().__html__())
    assert table_rows(html) == [
        ["Age", "Area", "Panel"],
        ["Young", "25%", "*"],
        ["A long label that has to be broken into two lines", "75.5%", "0%"],
    ]
    drawn = re.findall(r'app-chart__value"[^>]*>([^<]*)<', html)
    assert drawn == ["25%", "*", "75.5%", "0%"]


def test_a_figure_that_must_not_be_shown_is_a_star_with_its_reason() -> None:
    html = str(chart(suppressed="between 1 and 7").__html__())
    assert "* between 1 and 7" in html
    assert "None" not in html
    complete = (Series("Area", (1, 2)), Series("Panel", (3, 4)))
    assert "* " not in str(chart(series=complete).__html__())


def test_bars_differ_by_pattern_and_have_no_style() -> None:
    svg = str(chart().svg())
    assert 'fill="url(#age-fill-2)"' in svg
    assert 'id="age-fill-2"' in svg
    assert "style" not in svg


def test_bars_are_as_long_as_their_values() -> None:
    svg = str(chart(most=100).svg())
    widths = [float(width) for width in re.findall(r'em" width="([\d.]+)%" height', svg)]
    assert widths == pytest.approx([25 * 0.76, 75.5 * 0.76], abs=0.001)


def test_the_same_figures_give_the_same_bytes() -> None:
    assert chart().__html__() == chart().__html__()


def test_a_chart_without_figures_is_a_sentence() -> None:
    empty = bar_chart(title="x", description="y", labels=(), values=(), empty="None yet")
    assert str(empty.__html__()) == '<p class="nhsuk-body">None yet</p>'


def test_a_chart_of_zeros_can_be_drawn() -> None:
    svg = bar_chart(title="x", description="y", labels=("a",), values=(0,)).svg()
    assert "app-chart__bar" not in svg


@pytest.mark.parametrize(
    "wrong",
    [
        {"series": (Series("Area", (1,)),)},
        {"series": (Series("Area", (-1, 2)),)},
        {"series": ()},
        {"series": tuple(Series(str(n), (1, 2)) for n in range(5))},
    ],
)
def test_figures_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="series"):
        chart(**wrong)
