"""No code, token, password or key is found in the database by whoever steals a copy of it."""

from __future__ import annotations

import pytest
from flask import Flask

from engagement.accounts.credentials import keyed_hash, seal_secret, unseal_secret
from engagement.accounts.errors import CodeNotRight
from engagement.config import Config
from engagement.extensions import db
from engagement.messages.delivery import FileBackEnd
from engagement.messages.service import deliver_due
from tests.databases import everything_in, rows_of
from tests.factories import World
from tests.factories.everything import Filled, fill


def found(filled: Filled, url: str) -> list[str]:
    """The secrets that stand in the database, however they are written."""
    content = everything_in(url).decode("utf-8", "replace").casefold()
    rows = rows_of(url).casefold()
    return [
        secret
        for secret in filled.secrets
        for form in {secret, secret.replace("-", "")}
        if form.casefold() in content or form.casefold() in rows
    ]


def test_no_secret_stands_in_the_database_once_the_post_has_left(
    app: Flask, world: World, config: Config, database_url: str
) -> None:
    filled = fill(world.north)
    assert len(filled.secrets) > 15
    with app.app_context():
        # Links wait in the outbox until they leave: the same search finds them there.
        assert found(filled, database_url)
        assert deliver_due(FileBackEnd(config)) > 3
        db.session.remove()
        db.engine.dispose()
    assert found(filled, database_url) == []
    letters = "".join(path.read_text() for path in config.mail_path.iterdir())
    assert any(secret in letters.replace("=\n", "") for secret in filled.secrets)
    assert [word for word in filled.words if word in rows_of(database_url)] == filled.words


def test_a_hash_depends_on_the_purpose_and_on_the_secret_key(app: Flask, tmp_path: object) -> None:
    with app.app_context():
        mine = keyed_hash("session", "abc")
        assert mine == keyed_hash("session", "abc")
        assert mine != keyed_hash("code", "abc")
        assert mine != keyed_hash("session", "abd")
        object.__setattr__(app.extensions["engagement"], "secret_key", "another key " * 4)
        assert mine != keyed_hash("session", "abc")


def test_an_authenticator_secret_is_sealed_anew_each_time_and_opened_by_its_key_only(
    app: Flask,
) -> None:
    with app.app_context():
        first, second = seal_secret("JBSWY3DPEHPK3PXP"), seal_secret("JBSWY3DPEHPK3PXP")
        assert first != second
        assert unseal_secret(first) == unseal_secret(second) == "JBSWY3DPEHPK3PXP"
        for damaged in (first[:-2] + "00", first[:40], "zz", ""):
            with pytest.raises(CodeNotRight):
                unseal_secret(damaged)
        object.__setattr__(app.extensions["engagement"], "secret_key", "another key " * 4)
        with pytest.raises(CodeNotRight):
            unseal_secret(first)
