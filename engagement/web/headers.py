"""Security headers on every response, errors and static files too."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g

from engagement.config import Config

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def csp_nonce() -> str:
    """The nonce of this response's scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    nonce: str = g.csp_nonce
    return nonce


def init_headers(app: Flask) -> None:
    """Add the headers after every request; a page that wants to be kept says so itself."""
    config: Config = app.extensions["engagement"]
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = f"{POLICY}; script-src 'self' 'nonce-{csp_nonce()}'"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if headers.get("Cache-Control", "no-cache") == "no-cache":
            headers["Cache-Control"] = "no-store"  # Flask lets a download be kept on disk
        if config.is_https:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        return response
