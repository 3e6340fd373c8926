"""The web: doors for each audience, and what stands before all of them."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from engagement.config import Config


def init_web(app: Flask) -> None:
    """Put up the doors and what every request passes on its way to them."""
    from engagement.web import (
        access,
        admin,
        assets,
        context,
        errors,
        facilitators,
        headers,
        logs,
        officers,
        public,
        residents,
        staff,
        visits,
    )
    from engagement.web.kit import init_kit

    config: Config = app.extensions["engagement"]
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    # The order is that of a request: it gets an id, finds its partnership and person, is let in.
    logs.init_logs(app)
    headers.init_headers(app)
    visits.init_visits(app)
    access.init_access(app)
    errors.init_errors(app)
    context.init_context(app)
    assets.init_assets(app)
    init_kit(app)
    for door in (public, residents, staff, facilitators, officers, admin):
        app.register_blueprint(door.blueprint)
