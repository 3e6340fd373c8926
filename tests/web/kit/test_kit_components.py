"""The components of the design system and what is kept of them between pages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask_babel import lazy_gettext
from jinja2 import UndefinedError
from markupsafe import Markup

from engagement.web.kit.components import (
    Components,
    NotPlainData,
    UnknownComponent,
    _Kept,
    nhs,
)

CANARY = "Zebediah Quill"


def test_every_component_of_the_design_system_is_there() -> None:
    for name in nhs.names:
        assert getattr(nhs, name) is getattr(nhs, name)
    assert {"button", "dateInput", "errorSummary", "taskList"} <= set(nhs.names)


def test_an_unknown_component_is_named_with_the_nearest_one() -> None:
    with pytest.raises(UnknownComponent, match=r"nhs\.buton; did you mean nhs\.button\?"):
        _ = nhs.buton


def test_a_page_with_an_unknown_component_says_which(app: Flask) -> None:
    with pytest.raises(UnknownComponent, match=r"nhs\.buton"):
        app.jinja_env.from_string("{{ nhs.buton({}) }}").render()


@pytest.mark.usefixtures("page")
def test_what_is_about_a_person_is_never_kept(app: Flask) -> None:
    components = Components()
    template = """
    {{ nhs.input({"label": "Name", "name": "name", "value": who, "errorMessage": {"text": who}}) }}
    {{ nhs.textarea({"label": "Story", "name": "story", "value": who}) }}
    {{ nhs.radios({"name": "r", "value": who, "items": [{"value": who, "text": who}]}) }}
    {{ nhs.select({"name": "s", "label": "s", "items": [{"value": who, "text": who}]}) }}
    {{ nhs.summaryList({"rows": [{"key": {"text": "Name"}, "value": {"text": who}}]}) }}
    {{ nhs.table({"head": [{"text": who}], "rows": [[{"text": who}], [{"html": who | safe}]]}) }}
    {{ nhs.button({"text": who, "attributes": {"data-of": who}}) }}
    {{ nhs.tag({"text": who}) }}{{ nhs.insetText({"html": who}) }}
    {{ nhs.errorSummary({"errorList": [{"text": who, "href": "#" ~ who}]}) }}
    {% call nhs.details({"summary": {"text": who}}) %}<p>{{ who }}</p>{% endcall %}
    {{ nhs.pagination({"items": [{"number": 417, "href": "/?q=" ~ who}]}) }}
    """
    page = app.jinja_env.from_string(template)
    out = page.render(nhs=components, who=CANARY)
    assert out.count(CANARY) > 15
    assert CANARY not in components.kept
    assert "417" not in components.kept
    assert "nhsuk-summary-list" in components.kept


def test_kept_output_is_filled_anew_for_each_call() -> None:
    first = nhs.input({"label": "Name", "name": "name", "value": "Ann"})
    second = nhs.input({"label": "Name", "name": "name", "value": "Bob"})
    assert 'value="Ann"' in first
    assert second == Markup(first.replace("Ann", "Bob"))


@pytest.mark.parametrize(
    "hostile", ['<script>alert("1")</script>', "'\"><img src=x>", "zq0qz", "&"]
)
def test_texts_are_escaped_wherever_they_stand(hostile: str) -> None:
    out = nhs.input({"label": hostile, "hint": {"html": hostile}, "name": "n", "value": hostile})
    assert "<script" not in out
    assert "<img" not in out
    assert out.count(Markup.escape(hostile)) == 3
    assert nhs.button({"text": "zq1qz", "ariaLabel": "first"}).count("zq1qz") == 1


def test_markup_is_written_as_it_is_and_a_translation_may_stand_in_an_attribute() -> None:
    assert "<b>bold</b>" in nhs.insetText({"html": Markup("<b>bold</b>")})
    out = nhs.button({"text": "x", "ariaLabel": Markup('Say "yes"')})
    assert 'aria-label="Say &#34;yes&#34;"' in out
    heading = nhs.warningCallout({"heading": Markup("Before you vote"), "text": "Careful"})
    assert heading.count("Before you vote") == 1


def test_equal_words_stay_equal_where_the_macro_compares_them() -> None:
    items = [{"value": "a", "text": "a"}, {"value": "b", "text": "B"}]
    out = nhs.radios({"name": "r", "value": "b", "items": items})
    assert 'value="b" checked' in out
    assert 'value="a" checked' not in out


def test_an_absent_value_is_left_out_and_zero_is_shown() -> None:
    assert "None" not in nhs.tag({"text": "Open", "id": None})
    table = nhs.table({"head": [{"text": "n"}], "rows": [[{"text": 0}]]})
    assert ">0</td>" in "".join(str(table).split())


@pytest.mark.usefixtures("page")
def test_lazy_texts_are_translated_when_the_page_is_made() -> None:
    assert "Save" in nhs.button({"text": lazy_gettext("Save")})


def test_what_is_not_plain_data_is_refused_by_its_name(app: Flask) -> None:
    with pytest.raises(NotPlainData, match=r"nhs\.table\.rows\[0\]\[0\]\.text.*object"):
        nhs.table({"rows": [[{"text": object()}]]})
    with pytest.raises(UndefinedError, match="missing_name"):
        app.jinja_env.from_string('{{ nhs.tag({"text": missing_name}) }}').render()


def test_the_store_gives_up_the_least_lately_used() -> None:
    kept = _Kept(limit=10)
    kept.put("a", ["12345"])
    kept.put("b", ["12345"])
    kept.get("a")
    kept.put("c", ["12345"])
    assert kept.get("b") is None
    assert kept.get("a") == ["12345"]
    kept.put("too long", ["x" * 11])
    assert kept.get("too long") is None


def test_many_threads_render_each_their_own() -> None:
    components = Components()

    def render(number: int) -> bool:
        return f">\nword {number}\n<" in components.tag({"text": f"word {number}"})

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(render, range(400)))
