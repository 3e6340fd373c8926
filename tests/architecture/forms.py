"""Forms of pages, filled in as a person would, with words that can be found again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import html5lib

WORD = "canary"
PHONE = "01632 960 843"
BY_TYPE = {
    "email": f"{WORD}@example.net",
    "tel": PHONE,
    "password": f"{WORD} passphrase",
    "search": WORD,
}


@dataclass(frozen=True)
class Form:
    """A form that is posted: where to, and its fields, each answered."""

    action: str
    fields: dict[str, str]


def forms_of(page: str, path: str) -> list[Form]:
    """The forms of a page (``path`` is its address), every field filled in."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return [
        Form(form.get("action") or path, _fields(form))
        for form in tree.iter("form")
        if (form.get("method") or "get").lower() == "post"
    ]


def _fields(form: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for node in form.iter():
        name = node.get("name")
        if name and node.tag in ("input", "textarea", "select") and name not in fields:
            fields[name] = _answer(node)
    return fields


def _answer(node: Any) -> str:
    kind = node.get("type") or "text"
    if node.tag == "select":
        values = [option.get("value") or "" for option in node.iter("option")]
        return next((value for value in values if value), "")
    if kind in ("hidden", "radio", "checkbox"):
        return node.get("value") or ""
    if node.get("inputmode") == "numeric":
        return "3"
    if node.get("name") == "email":
        return BY_TYPE["email"]
    return BY_TYPE.get(kind, WORD)
