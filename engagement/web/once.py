"""A form that is sent twice, by a double press or a line that broke, is taken once."""

from __future__ import annotations

import re

from flask import request

from engagement.accounts.credentials import new_token

FIELD = "once"
_TOKEN = re.compile(r"[\w-]{20,60}")


def once() -> str:
    """What this page's form carries: as it was sent where it was, otherwise a new token."""
    return sent_once() or new_token()


def sent_once() -> str:
    """The token that the form came with; empty where it has none."""
    given = request.form.get(FIELD, "")
    return given if _TOKEN.fullmatch(given) else ""
