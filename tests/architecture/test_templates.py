"""Templates: each is used, each that is named exists, and every word goes through gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jinja2 import Environment, nodes

from engagement.config import ROOT

TEMPLATES = ROOT / "templates"
CODE = [ROOT / "engagement", ROOT / "benchmarks"]
# A name that is put together when it is used: what stands for the changing part is one word.
PATTERNS = {"email/{}.txt", "email/{}.html", "errors/{}.html"}
# What is not for reading and so not translated: names of CSS classes and parts of them.
CODE_WORDS = re.compile(r"(session|admin|facilitator|officer|((nhsuk|app)-[\w-]+ ?)+)")
ENTITY = re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
TAG = re.compile(r"<script\b.*?</script>|<[^>]*>", re.DOTALL)
# Attributes that are read out or shown.
SPOKEN = re.compile(r'\b(?:alt|aria-label|placeholder|title)="([^"]*)"')
LETTER = re.compile(r"[^\W\d_]")
GAP = "\0"
TRANSLATED = re.compile(r"\{% trans.*?\{% endtrans %\}", re.DOTALL)


def all_templates() -> dict[str, str]:
    """Name and source of every template."""
    return {
        str(path.relative_to(TEMPLATES)): path.read_text()
        for path in sorted(TEMPLATES.rglob("*"))
        if path.is_file()
    }


def jinja() -> Environment:
    return Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


def named_in_templates(sources: dict[str, str]) -> set[str]:
    """What templates extend, include or import; a fixed list of names counts whole."""
    named = set()
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    for source in sources.values():
        for node in jinja().parse(source).find_all(kinds):
            named |= {const.value for const in _constants(node.template)}
    return named


def _constants(node: nodes.Node) -> Iterator[nodes.Const]:
    if isinstance(node, nodes.Const):
        yield node
    yield from node.find_all(nodes.Const)


def named_in_code(sources: dict[str, str]) -> set[str]:
    """Every text in the code that looks like a template's name, and the patterns of ours."""
    named = set()
    for source in sources.values():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.JoinedStr):
                text = "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "{}"
                    for part in node.values
                )
                named.add(text)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
    return {name for name in named if re.fullmatch(r"[\w-]+/[\w{}/-]+\.(html|txt|xml)", name)}


def python_sources() -> dict[str, str]:
    return {str(path): path.read_text() for folder in CODE for path in folder.rglob("*.py")}


def unused(templates: dict[str, str], named: set[str]) -> list[str]:
    patterns = [re.compile(name.replace("{}", r"[\w-]+")) for name in named & PATTERNS]
    return [
        name
        for name in templates
        if name not in named and not any(pattern.fullmatch(name) for pattern in patterns)
    ]


def missing(templates: dict[str, str], named: set[str]) -> list[str]:
    return sorted(name for name in named - PATTERNS if name not in templates)


def bare_words(source: str) -> list[str]:
    """Words that a reader would see and that do not go through gettext."""
    text = TRANSLATED.sub(GAP, _without_tags(source))
    spoken = [words for tag in TAG.findall(text) for words in SPOKEN.findall(tag)]
    parts = re.split(f"[{GAP}\n]", "\n".join([TAG.sub("\n", text), *spoken]))
    found = [ENTITY.sub(" ", part).strip() for part in parts]
    return [words for words in found if LETTER.search(words) and not CODE_WORDS.fullmatch(words)]


def _without_tags(source: str) -> str:
    """The source with a gap where something of Jinja stands, but for {% trans %} and its end."""
    text, inside = "", ""
    for _, token, value in jinja().lex(source):
        if token == "data":
            text += value
        elif token in ("variable_begin", "block_begin"):
            inside = ""
        elif token in ("variable_end", "block_end"):
            kept = re.fullmatch("(end)?trans.*", inside) and token == "block_end"
            text += f"{{% {inside} %}}" if kept else GAP
        elif token == "name":
            inside += value
    return text


def test_every_template_is_used() -> None:
    templates = all_templates()
    named = named_in_templates(templates) | named_in_code(python_sources())
    assert unused(templates, named) == []


def test_every_template_that_is_named_exists() -> None:
    templates = all_templates()
    assert missing(templates, named_in_templates(templates)) == []
    assert missing(templates, named_in_code(python_sources())) == []


def test_every_error_has_its_page_and_every_message_both_its_forms() -> None:
    from engagement.web.errors import PAGES

    templates = all_templates()
    assert {f"errors/{code}.html" for code in PAGES} <= set(templates)
    for name in templates:
        if name.startswith("email/"):
            assert {name.replace(".txt", ".html"), name.replace(".html", ".txt")} <= set(templates)


def test_every_message_that_is_queued_has_its_template() -> None:
    queued = set()
    for source in python_sources().values():
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("queue", "queue_many")
                and isinstance(node.args[0], ast.Constant)
            ):
                queued.add(f"email/{node.args[0].value}.txt")
    assert queued
    written = {name for name in all_templates() if re.fullmatch(r"email/.*\.txt", name)}
    assert queued == written - {"email/layout.txt"}


def test_a_template_that_is_not_used_and_one_that_is_not_there_are_found() -> None:
    templates = {
        "x/a.html": '{% extends "layouts/b.html" %}{% from "x/gone.html" import x %}',
        "layouts/b.html": "",
        "x/forgotten.html": "",
        "errors/404.html": "",
    }
    code = {"x.py": 'render_template("x/a.html"); f"errors/{code}.html"; render("x/lost.html")'}
    named = named_in_templates(templates) | named_in_code(code)
    assert unused(templates, named) == ["x/forgotten.html"]
    assert missing(templates, named) == ["x/gone.html", "x/lost.html"]


def test_no_template_has_a_word_that_cannot_be_translated() -> None:
    found = {
        name: words for name, source in all_templates().items() if (words := bare_words(source))
    }
    assert found == {}


def test_a_bare_word_is_found_wherever_it_stands() -> None:
    assert bare_words('<p class="x">{{ _("Yes") }} &nbsp; – 12 {# no #}</p>') == []
    assert bare_words("{% trans %}Hello{% endtrans %}") == []
    assert bare_words("<p>{{ x }} people</p>") == ["people"]
    assert bare_words("{% if x %}Yes{% else %}No{% endif %}") == ["Yes", "No"]
    assert bare_words('<img alt="A map">') == ["A map"]
    assert bare_words('<a aria-label="{{ x }} more">1</a>') == ["more"]
    assert bare_words("<code>session</code>") == []


def test_no_template_calls_anybody_hard_to_reach() -> None:
    words = re.compile(r"hard[\s-]+to[\s-]+reach", re.IGNORECASE)
    places = [*all_templates().items(), *python_sources().items()]
    assert [name for name, source in places if words.search(source)] == []
    assert words.search("those who are Hard-to-\nreach")
