"""Throttling of guesses: by network for everyone, by account without locking its holder out.

A browser that has signed in to an account before carries a token for it, and its tries are
counted apart; a stranger who guesses at the account uses up the strangers' tries only.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, TypeVar, cast

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from engagement.accounts.credentials import keyed_hash
from engagement.config import Config
from engagement.database.throttle import DatabaseStorage
from engagement.web.visits import current_partnership

# A hall or a library shares one address, so this must let a full room through.
NETWORK_LIMIT = parse("120 per 10 minutes")
STRANGERS_LIMIT = parse("20 per 15 minutes")
KNOWN_DEVICE_LIMIT = parse("10 per 15 minutes")
A_YEAR = 365 * 24 * 3600

View = TypeVar("View", bound=Callable[..., Any])
_limiter = FixedWindowRateLimiter(DatabaseStorage())


def _count(limit: RateLimitItem, *key: str) -> None:
    if not _limiter.hit(limit, *key):
        raise TooManyRequests(retry_after=limit.get_expiry())


def limit_network(view: View) -> View:
    """Count what is posted to a view by network; past the limit it answers 429."""

    @functools.wraps(view)
    def limited(*args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            _count(NETWORK_LIMIT, "network", request.endpoint or "", network())
        return view(*args, **kwargs)

    return cast(View, limited)


def limit_new_browser() -> None:
    """Count a browser that votes for the first time, by network: their votes are not counted.

    Raises ``TooManyRequests`` past the limit.
    """
    _count(NETWORK_LIMIT, "network", "new browser", network())


def network() -> str:
    """The visitor's network: the address, or its first half for IPv6."""
    address = ip_address(request.remote_addr or "127.0.0.1")
    if address.version == 6:
        return str(ip_address(int(address) >> 64 << 64))
    return str(address)


def limit_account(account: str) -> None:
    """Count a try at an account, known or not. Raises ``TooManyRequests`` past the limit."""
    key = _account_key(account)
    known = _knows(key)
    if known:
        _count(KNOWN_DEVICE_LIMIT, "account", key, "known")
    else:
        _count(STRANGERS_LIMIT, "account", key, "stranger")


def remember_device(response: Response, account: str) -> Response:
    """Let this browser's later tries at the account be counted apart from strangers'."""
    config: Config = current_app.extensions["engagement"]
    response.set_cookie(
        _cookie_name(),
        _signer().dumps(_account_key(account)),
        max_age=A_YEAR,
        secure=config.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _account_key(account: str) -> str:
    return keyed_hash("account", f"{current_partnership().id}:{account.strip().casefold()}")


def _knows(key: str) -> bool:
    try:
        return bool(_signer().loads(request.cookies.get(_cookie_name(), ""), max_age=A_YEAR) == key)
    except BadSignature:
        return False


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="device")


def _cookie_name() -> str:
    config: Config = current_app.extensions["engagement"]
    return "__Host-device" if config.is_https else "device"
