"""Lists in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _
from markupsafe import Markup, escape

T = TypeVar("T")


class NoSuchPage(LookupError):
    """A page number that is no number, or beyond the last page; the caller answers with 404."""


def page_number(text: str | None) -> int:
    """The page that an address asks for; 1 without one. Raises ``NoSuchPage``."""
    if text is None:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1):
        raise NoSuchPage(f"{text[:20]!r} is not a page number")
    return int(text)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its ``items``, its ``number`` from 1, the ``size`` of a full page and
    the ``total`` of items. Raises ``NoSuchPage`` when the list has no such page; an empty list has
    one empty page.
    """

    items: Sequence[T]
    number: int
    size: int
    total: int

    def __post_init__(self) -> None:
        if self.size < 1 or self.total < 0:
            raise ValueError("a page has a size of 1 or more and a total of 0 or more")
        if not 1 <= self.number <= self.count:
            raise NoSuchPage(f"there is no page {self.number} of {self.count}")

    @property
    def count(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first item of this page in the list, from 1; 0 when it is empty."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The place of the last item of this page in the list."""
        return min(self.number * self.size, self.total)

    def window(self) -> list[int | None]:
        """The page numbers to link to: first, last, this one and its neighbours.

        ``None`` stands for numbers left out, never for a single one.
        """
        wanted = {1, self.count, *range(self.number - 1, self.number + 2)}
        shown = sorted(number for number in wanted if 1 <= number <= self.count)
        window: list[int | None] = []
        for number in shown:
            before = window[-1] if window else None
            if before is not None and number - before == 2:
                window.append(number - 1)
            elif before is not None and number - before > 2:
                window.append(None)
            window.append(number)
        return window

    def params(self, address: Callable[[int], str]) -> dict[str, Any]:
        """The parameters of the pagination component; ``address`` gives the URL of a page."""
        return {
            "ariaLabel": _("Pages"),
            "previous": {
                "href": address(self.number - 1),
                "html": _with_hidden(_("Previous"), _("page")),
            }
            if self.number > 1
            else None,
            "next": {"href": address(self.number + 1), "html": _with_hidden(_("Next"), _("page"))}
            if self.number < self.count
            else None,
            "items": [
                {"ellipsis": True}
                if number is None
                else {
                    "number": number,
                    "href": address(number),
                    "current": number == self.number,
                    "ariaLabel": _("Page %(number)d", number=number),
                }
                for number in self.window()
            ],
        }


def _with_hidden(shown: str, hidden: str) -> Markup:
    return Markup('{}<span class="nhsuk-u-visually-hidden"> {}</span>').format(
        escape(shown), escape(hidden)
    )
