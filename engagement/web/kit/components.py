"""The components of the NHS.UK design system, behind the one global ``nhs``.

``nhs.button({"text": "Save"})`` renders the macro of that name. The macros expect an environment
of their own (``ChainableUndefined``), so that the pages can stay on ``StrictUndefined``.

The macros are slow, so their output is kept, and yet nothing that a person typed or that is
about a person ever is: each call is split into its **shape** (which parameters there are, yes-or-no
answers, and the option words such as ``variant`` that decide what the macro writes) and its
**words** (every other text and number). The macro is given numbered slots in place of the words,
never the words. What is kept is its output with the slots; the words are escaped and put in anew
for every page. A shape says at most that somebody ticked the second of three boxes of a field.

It follows that a text is always escaped unless it is ``Markup``, under ``html`` too.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from threading import Lock
from typing import Any

from flask_babel.speaklater import LazyString
from jinja2 import ChainableUndefined, Environment, PackageLoader, TemplateRuntimeError, Undefined
from markupsafe import Markup, escape

KEPT_CHARACTERS = 4_000_000

# The macros compare these with words of their own, or build class names of them. All of them
# are chosen by whoever writes the page.
OPTIONS = frozenset(
    {
        "align",
        "autocapitalize",
        "autocomplete",
        "behaviour",
        "className",
        "classes",
        "colour",
        "columns",
        "countType",
        "element",
        "format",
        "headingLevel",
        "inputmode",
        "level",
        "method",
        "name",
        "namePrefix",
        "placement",
        "role",
        "rows",
        "scope",
        "size",
        "sort",
        "sortNext",
        "textareaDescriptionText",
        "type",
        "variant",
        "width",
    }
)

# These compare one word with another (a choice's value with the chosen one), so that equal words
# must get the same slot.
COMPARING = frozenset({"checkboxes", "dateInput", "header", "radios", "select"})

_SLOT = re.compile(r"zq(\d+)qz")
_GAPS = re.compile(r"\s*\n\s*(>?)")


class UnknownComponent(TemplateRuntimeError):
    """A page asks for a component that the design system does not have."""


class NotPlainData(TypeError):
    """A parameter of a component is neither text, number, yes-or-no, list nor mapping."""


class _Words:
    """The words of one call, escaped, in the order in which the shape numbers them."""

    def __init__(self, shared: bool) -> None:
        self.words: list[str] = []
        self._numbers: dict[str, int] | None = {} if shared else None

    def number(self, word: str) -> int:
        if self._numbers is None:
            self.words.append(word)
            return len(self.words) - 1
        if word not in self._numbers:
            self._numbers[word] = len(self.words)
            self.words.append(word)
        return self._numbers[word]


def _shape_of(value: Any, words: _Words, is_option: bool, where: str) -> Hashable:
    """The shape of a parameter; its words are added to ``words``."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, LazyString):
        value = str(value)
    if isinstance(value, str):
        if is_option or not value:
            return ("option", str(value))
        if isinstance(value, Markup) and "<" in value:
            return ("markup", words.number(str(value)))
        # A translation comes as Markup though it is a text; it may stand in an attribute.
        quoted = str(escape(value)).replace('"', "&#34;").replace("'", "&#39;")
        return ("word", words.number(quoted))
    if isinstance(value, Mapping):
        return (
            "mapping",
            tuple(
                (key, _shape_of(item, words, is_option or _decides(key, item), f"{where}.{key}"))
                for key, item in value.items()
                if item is not None
            ),
        )
    if isinstance(value, int | float):
        return ("option", value) if is_option else ("word", words.number(str(value)))
    if isinstance(value, Undefined):
        str(value)  # StrictUndefined names the missing variable
        raise NotPlainData(f"nhs.{where}: there is no such value")
    if hasattr(value, "__html__"):
        return ("markup", words.number(value.__html__()))
    if isinstance(value, Sequence):
        return (
            "list",
            tuple(
                _shape_of(item, words, is_option, f"{where}[{place}]")
                for place, item in enumerate(value)
            ),
        )
    raise NotPlainData(f"nhs.{where}: text is wanted, not {type(value).__name__}; format it first")


def _decides(key: str, item: object) -> bool:
    """Whether a parameter is an option; a table's ``rows`` are a list and hold words."""
    return key == "icon" or (key in OPTIONS and not isinstance(item, list | tuple | Mapping))


def _with_slots(shape: Any) -> Any:
    """What the macro gets: the parameters with a slot in place of each word."""
    if not isinstance(shape, tuple):
        return shape
    kind, content = shape
    if kind == "word":
        return f"zq{content}qz"
    if kind == "markup":
        return Markup(f"zq{content}qz")  # noqa: S704 - a slot's name, made here
    if kind == "mapping":
        return {key: _with_slots(item) for key, item in content}
    if kind == "list":
        return [_with_slots(item) for item in content]
    return content


class _Kept:
    """Outputs by shape, the least lately used given up when they grow too long together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._length = 0
        self._pieces: OrderedDict[Hashable, list[str]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> list[str] | None:
        with self._lock:
            pieces = self._pieces.get(key)
            if pieces is not None:
                self._pieces.move_to_end(key)
            return pieces

    def put(self, key: Hashable, pieces: list[str]) -> None:
        with self._lock:
            if key in self._pieces:
                return
            self._pieces[key] = pieces
            self._length += sum(map(len, pieces))
            while self._length > self._limit:
                _, given_up = self._pieces.popitem(last=False)
                self._length -= sum(map(len, given_up))

    def __repr__(self) -> str:
        return repr(list(self._pieces.items()))


class Component:
    """One macro of the design system, called with its parameters as plain data."""

    def __init__(self, name: str, macro: Callable[..., str], kept: _Kept) -> None:
        self._name = name
        self._macro = macro
        self._kept = kept

    def __call__(
        self, params: Mapping[str, Any] | None = None, caller: Callable[[], str] | None = None
    ) -> Markup:
        """Render the component.

        ``params`` are those of the design system, camelCase as there; a ``None`` is left out.
        ``{% call %}`` gives a block of HTML. Raises ``NotPlainData``, naming the parameter, for
        anything but texts, numbers, yes-or-no, lists and mappings.
        """
        words = _Words(shared=self._name in COMPARING)
        shape = _shape_of(params or {}, words, False, self._name)
        block = _shape_of(Markup(caller()), words, False, "") if caller else None  # noqa: S704
        key = (self._name, shape, block)
        pieces = self._kept.get(key)
        if pieces is None:
            slots = _with_slots(shape)
            output = str(
                self._macro(slots, caller=lambda: _with_slots(block))
                if block
                else self._macro(slots)
            )
            pieces = _SLOT.split(_GAPS.sub(lambda gap: gap[1] or "\n", output.strip()))
            self._kept.put(key, pieces)
        # Pieces alternate: text, number of a slot, text, …
        parts = list(pieces)
        parts[1::2] = [words.words[int(number)] for number in pieces[1::2]]
        return Markup("".join(parts))  # noqa: S704 - macro's own text and escaped words


class Components:
    """All components by name: ``components.button``, ``components.dateInput``, …"""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("nhsuk_frontend_jinja"),
            undefined=ChainableUndefined,
            autoescape=True,
            auto_reload=False,
        )
        self._kept = _Kept(KEPT_CHARACTERS)

    @cached_property
    def _paths(self) -> dict[str, str]:
        """The file of each macro. Looked up at the first page, since commands start without."""
        loader = PackageLoader("nhsuk_frontend_jinja")
        paths: dict[str, str] = {}
        for path in loader.list_templates():
            if path.endswith("/macro.jinja"):
                source, _, _ = loader.get_source(self._environment, path)
                paths |= dict.fromkeys(re.findall(r"{% macro (\w+)\(", source), path)
        return paths

    @property
    def names(self) -> list[str]:
        """The names of all components, sorted."""
        return sorted(self._paths)

    @property
    def kept(self) -> str:
        """Everything that is kept between calls, as text: for the test that looks through it."""
        return repr(self._kept)

    def __getattr__(self, name: str) -> Component:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._paths:
            close = get_close_matches(name, self._paths, n=1)
            hint = f"; did you mean nhs.{close[0]}?" if close else ""
            raise UnknownComponent(f"the design system has no component nhs.{name}{hint}")
        macro = getattr(self._environment.get_template(self._paths[name]).module, name)
        component = Component(name, macro, self._kept)
        # From now on an ordinary attribute, so that the macro is looked up and compiled once.
        self.__dict__[name] = component
        return component


nhs = Components()
