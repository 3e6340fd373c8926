"""A page that is one form and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template

from engagement.web.kit import KitForm


def one_form(
    form: KitForm,
    title: Any,
    go: Any,
    *,
    back: str,
    caption: Any = "",
    above: Sequence[Any] = (),
    hidden: Mapping[str, Any] | None = None,
) -> str:
    """The page: ``go`` is on its button, ``above`` are sentences before its fields, ``hidden`` goes
    along with it."""
    return render_template(
        "facilitators/one_form.html",
        form=form,
        title=title,
        go=go,
        back=back,
        caption=caption,
        above=above,
        hidden=hidden or {},
    )
