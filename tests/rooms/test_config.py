"""The settings: read once, and a wrong one stops the start with its name."""

from __future__ import annotations

import os
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from engagement.config import BrokenSetting, Config
from tests.threads import together

SECRET = "only-for-tests-only-for-tests-only-for-tests"
POSTGRESQL = "postgresql://somebody:hunter22@db.example/engagement"


def read(folder: Path, **settings: str) -> Config:
    """The configuration of an environment with these settings."""
    environ = {f"ENGAGEMENT_{name.upper()}": value for name, value in settings.items()}
    environ.setdefault("ENGAGEMENT_INSTANCE_PATH", str(folder))
    return Config.from_environ({"PATH": "/bin", **environ})


def problem(folder: Path, **settings: str) -> str:
    """What is said about a wrong setting."""
    with pytest.raises(BrokenSetting) as broken:
        read(folder, **settings)
    return str(broken.value)


def test_without_any_setting_everything_lives_in_the_instance_folder(tmp_path: Path) -> None:
    config = read(tmp_path / "new")
    assert config.is_embedded
    assert config.database_url == f"sqlite:///{tmp_path}/new/engagement.sqlite"
    assert config.jobs_database_url == f"sqlite:///{tmp_path}/new/jobs.sqlite"
    assert config.files_path == tmp_path / "new" / "files"
    assert config.mail_path == tmp_path / "new" / "mail"
    assert config.mail_backend == "file"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


WRONG = {
    "database_url": ["mysql://x/y", "sqlite://", "sqlite:///", "sqlite:///:memory:", "nonsense"],
    "jobs_database_url": ["redis://x", "postgresql://u:hunter22@host:port/x"],
    "secret_key": ["short", "x" * 31],
    "base_url": [
        *("", "example.org", "ftp://example.org", "https://", "https://example.org/path"),
        *(
            "http://example.org",
            "http://10.0.0.1:8000",
            "https://[",
            "https://x:port",
            "https://x:0",
        ),
        *("https://user@example.org", "https://example.org/?a=b", "https://example.org/#a"),
    ],
    "bind": ["", "8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "x:²", ":1"],
    "small_counts": ["1", "0", "-1", "few"],
    "round_counts_to": ["2", "0", "five"],
    "web_workers": ["0", "-1", "two", "", "1.5", "²", "1_0", "9" * 30],
    "web_threads": ["0"],
    "trusted_proxies": ["-1", "all"],
    "worker_id": ["", "  ", "a\nb"],
    "mail_backend": ["", "SMTP", "sendmail"],
    "mail_from": ["", "nobody", "a@", "Ada <a@example.org>", "a@example.org\nBcc: b@example.org"],
    "smtp_port": ["0", "65536", "smtp"],
    "smtp_starttls": ["maybe", ""],
    "service_name": ["", " ", "Have\nyour say"],
    "nhs_branding": ["2"],
    "max_upload_mb": ["0", "-5"],
    "password_memory_kib": ["7"],
    "log_format": ["xml"],
    "instance_path": [""],
    "files_path": [""],
    "mail_path": [""],
}
# Any text is right for these.
FREE = {"smtp_host", "smtp_username", "smtp_password"}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in WRONG.items() for value in values],
    ids=lambda text: ascii(text)[:40],
)
def test_a_wrong_setting_is_named_with_what_it_must_be(
    tmp_path: Path, name: str, value: str
) -> None:
    said = problem(tmp_path, **{"secret_key": SECRET, name: value})
    assert said.startswith(f"ENGAGEMENT_{name.upper()} ")
    assert "must" in said or "is not the address" in said
    assert "\n" not in said
    assert "hunter22" not in said


def test_every_setting_that_can_be_wrong_is_tried() -> None:
    assert {f.name for f in fields(Config)} - FREE == set(WRONG)


def test_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    assert problem(tmp_path, databse_url="sqlite:///x.sqlite") == (
        "ENGAGEMENT_DATABSE_URL is not a setting of this product; see the README"
    )


def test_settings_that_need_each_other_are_named(tmp_path: Path) -> None:
    assert problem(tmp_path, mail_backend="smtp", secret_key=SECRET) == (
        "ENGAGEMENT_SMTP_HOST must be set when the mail back end is smtp"
    )
    assert problem(tmp_path, database_url=POSTGRESQL) == (
        "ENGAGEMENT_SECRET_KEY must be set when the database is PostgreSQL"
    )
    config = read(tmp_path, database_url=POSTGRESQL, secret_key=SECRET)
    assert not config.is_embedded
    assert config.database_url == POSTGRESQL.replace("postgresql://", "postgresql+psycopg://")
    assert config.jobs_database_url == config.database_url
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgres://h/d", "postgresql+psycopg://h/d"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////var/lib/x.sqlite", "sqlite:////var/lib/x.sqlite"),
        ("sqlite:///x.sqlite", "sqlite:///INSTANCE/x.sqlite"),
    ],
)
def test_an_address_of_a_database_is_read(tmp_path: Path, written: str, meant: str) -> None:
    meant = meant.replace("INSTANCE", str(tmp_path))
    config = read(tmp_path, database_url=written, jobs_database_url=written, secret_key=SECRET)
    assert config.database_url == meant
    assert config.jobs_database_url == meant


def test_http_is_for_ones_own_machine_and_https_for_every_other(tmp_path: Path) -> None:
    for base in ("http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000/"):
        config = read(tmp_path, base_url=base)
        assert not config.is_https
        assert config.base_url == base.rstrip("/")
        assert config.for_flask()["SESSION_COOKIE_NAME"] == "session"
    config = read(tmp_path, base_url="https://say.example.org/")
    assert config.is_https
    assert config.for_flask()["SESSION_COOKIE_NAME"] == "__Host-session"
    assert config.for_flask()["SESSION_COOKIE_SECURE"] is True


def test_values_are_read_with_their_types(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        web_workers=" 3 ",
        nhs_branding="Yes",
        smtp_starttls="0",
        files_path="/srv/files",
        mail_path="post",
        log_format="json",
    )
    assert (config.web_workers, config.nhs_branding, config.smtp_starttls) == (3, True, False)
    assert (config.files_path, config.mail_path) == (Path("/srv/files"), tmp_path / "post")
    assert config.log_format == "json"


# The secret key of an embedded installation.


def test_the_secret_key_is_made_once_and_kept_for_oneself(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    assert len(first) >= 64
    assert read(tmp_path).secret_key == first
    assert read(tmp_path / "other").secret_key != first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "secret_key"]


def test_a_given_secret_key_is_not_written_down(tmp_path: Path) -> None:
    assert read(tmp_path, secret_key=SECRET).secret_key == SECRET
    assert list(tmp_path.iterdir()) == []


def test_many_who_start_at_once_get_the_same_secret_key(tmp_path: Path) -> None:
    keys: list[str] = []
    assert together(*[lambda: keys.append(read(tmp_path).secret_key)] * 8) == []
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_disk_that_is_full_leaves_no_half_secret_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*values: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", full)
        assert "No space left on device" in problem(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert read(tmp_path).secret_key


def test_a_damaged_secret_key_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes(b"\xff\xfe" * 40)
    assert "secret key cannot be kept" in problem(tmp_path)
    (tmp_path / "secret_key").write_text("")
    assert problem(tmp_path) == "ENGAGEMENT_SECRET_KEY must have at least 32 characters"


@pytest.mark.parametrize("secret", ["", SECRET])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, secret: str) -> None:
    (tmp_path / "file").write_text("")
    said = problem(tmp_path / "file" / "instance", secret_key=secret)
    assert said == (
        "ENGAGEMENT_INSTANCE_PATH names a folder that cannot be used:"
        f" {tmp_path}/file/instance (Not a directory)"
    )
