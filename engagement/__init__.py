"""A deliberative-democracy platform for NHS Integrated Care Partnerships."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from engagement.config import Config


def create_app(config: Config | None = None) -> Flask:
    """Make the web application.

    Without a configuration the environment is read; a setting that is missing or wrong stops
    the start with its name (``engagement.config.BrokenSetting``).
    """
    import gc

    # All that is made here stays. To look through it for what could go, again and again, would be
    # a sixth of the start.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _make_app(config)
    finally:
        if collects:
            gc.enable()


def _make_app(config: Config | None) -> Flask:
    from importlib import import_module
    from pathlib import Path

    from flask import Flask

    from engagement.config import ROOT, Config
    from engagement.database import init_database
    from engagement.extensions import init_extensions
    from engagement.membership.service import init_membership
    from engagement.web import init_web

    # Every table must be known before the first query: foreign keys across rooms are names.
    for models in sorted(Path(__path__[0]).glob("*/models*")):
        import_module(f"{__name__}.{models.parent.name}.models")

    config = config or Config.from_environ()
    app = Flask(
        __name__,
        instance_path=str(config.instance_path),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.config.from_mapping(config.for_flask())
    app.extensions["engagement"] = config
    init_extensions(app)
    init_database(app)
    init_membership()
    init_web(app)
    return app
