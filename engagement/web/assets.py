"""Static files: ready-compressed where the browser takes it, kept for ever by their hash."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, request, send_from_directory

from engagement.config import ROOT
from engagement.web.access import anyone

STATIC = ROOT / "static"
A_YEAR = 365 * 24 * 3600
WHEN_HASHED = f"public, max-age={A_YEAR}, immutable"
OTHERWISE = "public, max-age=300"


def init_assets(app: Flask) -> None:
    """Serve the folder ``static``."""

    @app.get("/static/<path:name>", endpoint="static")
    @anyone
    def static(name: str) -> Response:
        compressed = f"{name}.gz"
        takes_gzip = request.accept_encodings.quality("gzip") > 0
        if takes_gzip and Path(STATIC, compressed).is_file() and ".." not in name:
            response = send_from_directory(STATIC, compressed)
            response.mimetype = _media_type(name)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = send_from_directory(STATIC, name)
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = WHEN_HASHED if request.args.get("v") else OTHERWISE
        return response

    @app.get("/favicon.ico", endpoint="favicon")
    @anyone
    def favicon() -> Response:
        return send_from_directory(STATIC / "build", "favicon.svg")


def _media_type(name: str) -> str:
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    return kinds.get(Path(name).suffix, "application/octet-stream")
