"""Every setting of the product, in one frozen dataclass read from the environment once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "ENGAGEMENT_"
EMBEDDED, EMBEDDED_JOBS = "sqlite:///engagement.sqlite", "sqlite:///jobs.sqlite"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BrokenSetting(Exception):
    """A setting is missing or cannot be used; the message names it and says what to do."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{PREFIX}{name.upper()} {problem}")
        self.name = name


def setting(default: Any, about: str) -> Any:
    """A field of ``Config`` with its sentence for the README's table."""
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True)
class Config:
    """The settings. Each is read from ``ENGAGEMENT_`` and its name in capitals."""

    instance_path: Path = setting(
        Path("instance"), "Folder for the embedded database, files, mail and the secret key"
    )
    database_url: str = setting(
        "", "Where the data lives; empty means SQLite in the instance folder"
    )
    jobs_database_url: str = setting(
        "", "Where durable jobs keep their place; empty means beside the data"
    )
    secret_key: str = setting(
        "",
        "At least 32 characters; needed with PostgreSQL, otherwise made once and kept in the"
        " instance folder",
    )
    base_url: str = setting(
        "http://127.0.0.1:8000", "The address that people type; https everywhere but on one's own"
    )
    bind: str = setting("127.0.0.1:8000", "Address and port that the web server listens on")
    web_workers: int = setting(2, "Web server processes")
    web_threads: int = setting(4, "Threads in each web server process")
    trusted_proxies: int = setting(
        0, "How many proxies in front may say who the visitor is (X-Forwarded-For)"
    )
    worker_id: str = setting(
        "worker-1", "Name of a job worker; fixed for each machine, so that it finds its own runs"
    )
    files_path: Path = setting(Path("files"), "Folder for stored files, inside the instance folder")
    mail_backend: Literal["file", "smtp"] = setting(
        "file", "`file` writes messages to a folder, `smtp` sends them"
    )
    mail_path: Path = setting(Path("mail"), "Folder for messages of the file back end")
    mail_from: str = setting("engagement@example.org", "Sender of e-mails")
    smtp_host: str = setting("", "Mail server; needed with `smtp`")
    smtp_port: int = setting(587, "Port of the mail server")
    smtp_username: str = setting("", "User at the mail server, where it asks for one")
    smtp_password: str = setting("", "Password at the mail server")
    smtp_starttls: bool = setting(True, "Whether to encrypt the connection to the mail server")
    service_name: str = setting("Have your say", "Name of the service on every page")
    nhs_branding: bool = setting(
        False, "NHS header and colours, for organisations that are entitled to them"
    )
    max_upload_mb: int = setting(20, "Largest request that is read, in megabytes")
    password_memory_kib: int = setting(
        19456, "Memory that hashing one password takes, in KiB (argon2id)"
    )
    small_counts: int = setting(
        7, "Counts of people from 1 to this are not shown, nor what they could be reckoned from"
    )
    round_counts_to: int = setting(5, "Other counts of people are rounded to the nearest of this")
    log_format: Literal["text", "json"] = setting("text", "`json` writes one object a line")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Read the environment. Raises ``BrokenSetting`` with the name of the first bad one."""
        environ = os.environ if environ is None else environ
        names = {f.name for f in fields(cls)}
        for key in environ:
            name = key.removeprefix(PREFIX).lower()
            if key.startswith(PREFIX) and name not in names:
                raise BrokenSetting(name, "is not a setting of this product; see the README")
        hints = get_type_hints(cls)
        given = {
            name: _parsed(name, hints[name], environ[PREFIX + name.upper()])
            for name in names
            if PREFIX + name.upper() in environ
        }
        return cls(**given)

    def __post_init__(self) -> None:
        instance = self.instance_path.expanduser().resolve()
        self._set(instance_path=instance)
        self._set(files_path=instance / self.files_path, mail_path=instance / self.mail_path)
        main = _database_url("database_url", self.database_url or EMBEDDED, instance)
        self._set(database_url=main)
        jobs = self.jobs_database_url or (EMBEDDED_JOBS if self.is_embedded else main)
        self._set(jobs_database_url=_database_url("jobs_database_url", jobs, instance))
        if self.is_embedded:
            _make_folder(instance)
        if not self.secret_key and not self.is_embedded:
            raise BrokenSetting("secret_key", "must be set when the database is PostgreSQL")
        if not self.secret_key:
            self._set(secret_key=_kept_secret(instance / "secret_key"))
        self._check()
        self._set(base_url=self.base_url.rstrip("/"))

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _check(self) -> None:
        if len(self.secret_key) < 32:
            raise BrokenSetting("secret_key", "must have at least 32 characters")
        if not _is_address_of_a_site(self.base_url):
            raise BrokenSetting("base_url", "must be an address such as https://example.org")
        base = urlsplit(self.base_url)
        if base.scheme == "http" and base.hostname not in LOOPBACK:
            raise BrokenSetting("base_url", "must begin with https:// unless it is this machine")
        host, _, port = self.bind.rpartition(":")
        if not host or not _is_number(port) or not 0 < int(port) < 65536:
            raise BrokenSetting("bind", "must be an address and a port, such as 127.0.0.1:8000")
        for name in ("web_workers", "web_threads", "max_upload_mb", "smtp_port"):
            if getattr(self, name) < 1:
                raise BrokenSetting(name, "must be 1 or more")
        if self.smtp_port > 65535:
            raise BrokenSetting("smtp_port", "must be 65535 or less")
        if self.small_counts < 2:
            raise BrokenSetting("small_counts", "must be 2 or more")
        if self.round_counts_to < 3:
            raise BrokenSetting("round_counts_to", "must be 3 or more")
        if self.trusted_proxies < 0:
            raise BrokenSetting("trusted_proxies", "must be 0 or more")
        if self.password_memory_kib < 8:
            raise BrokenSetting("password_memory_kib", "must be 8 or more")
        if self.mail_backend == "smtp" and not self.smtp_host:
            raise BrokenSetting("smtp_host", "must be set when the mail back end is smtp")
        if not _is_email(self.mail_from):
            raise BrokenSetting("mail_from", "must be an e-mail address")
        for name in ("worker_id", "service_name"):
            if not getattr(self, name).strip() or not getattr(self, name).isprintable():
                raise BrokenSetting(name, "must be one line and not empty")

    @property
    def is_embedded(self) -> bool:
        """Whether the data lives in SQLite."""
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        """Whether people reach the service by https."""
        return self.base_url.startswith("https://")

    def for_flask(self) -> dict[str, Any]:
        """The settings in the names that Flask and its extensions read."""
        prefix = "__Host-" if self.is_https else ""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "hide_parameters": True,
                "pool_pre_ping": not self.is_embedded,
            },
            "SESSION_COOKIE_NAME": f"{prefix}session",
            "SESSION_COOKIE_SECURE": self.is_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "MAX_CONTENT_LENGTH": self.max_upload_mb * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
            "MAX_FORM_PARTS": 1000,
            "PREFERRED_URL_SCHEME": "https" if self.is_https else "http",
            "WTF_CSRF_TIME_LIMIT": None,
            # Some browsers and proxies hide where a form came from; its token is proof enough.
            "WTF_CSRF_SSL_STRICT": False,
            "BABEL_DEFAULT_LOCALE": "en_GB",
            "BABEL_DEFAULT_TIMEZONE": "Europe/London",
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        }

    @classmethod
    def table(cls) -> list[tuple[str, str, str]]:
        """Name, default and purpose of every setting, for the README and the doctor."""
        rows = []
        for f in fields(cls):
            default = "" if f.default is MISSING else str(f.default)
            rows.append((PREFIX + f.name.upper(), default, f.metadata["about"]))
        return rows


def _parsed(name: str, kind: Any, text: str) -> Any:
    text = text.strip()
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise BrokenSetting(name, f"must be one of: {', '.join(get_args(kind))}")
        return text
    if kind is bool:
        if text.lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise BrokenSetting(name, "must be true or false")
        return text.lower() in {"true", "1", "yes"}
    if kind is int:
        if not _is_number(text):
            raise BrokenSetting(name, "must be a whole number")
        return int(text)
    if kind is Path and not text:
        raise BrokenSetting(name, "must name a folder")
    return kind(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _is_address_of_a_site(text: str) -> bool:
    try:
        parts = urlsplit(text)
        more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        return bool(
            parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and not more
        )
    except ValueError:
        return False


def _is_email(text: str) -> bool:
    try:
        return bool(Address(addr_spec=text).domain)
    except (ValueError, IndexError, HeaderParseError):
        return False


def _database_url(name: str, text: str, instance: Path) -> str:
    """The address of a database in the form that SQLAlchemy reads, a file's path made whole."""
    for scheme in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if text.startswith(scheme):
            text = "postgresql+psycopg://" + text.removeprefix(scheme)
            break
    else:
        if not text.startswith("sqlite:///"):
            raise BrokenSetting(name, "must begin with sqlite:/// or postgresql://")
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # which quote the password
        raise BrokenSetting(name, "is not the address of a database; see the README") from None
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise BrokenSetting(name, "must name a file, such as sqlite:///engagement.sqlite")
        url = url.set(database=str(instance / url.database))
        return url.render_as_string(hide_password=False)
    return text


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BrokenSetting(
            "instance_path", f"names a folder that cannot be used: {path} ({error.strerror})"
        ) from error


def _kept_secret(path: Path) -> str:
    """Read the secret key of an embedded installation, making it on first use.

    It appears whole or not at all, and the first one stays, whoever else starts meanwhile.
    """
    try:
        if not path.exists():
            unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            try:
                handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w") as out:
                    out.write(secrets.token_urlsafe(48))
                try:
                    os.link(unfinished, path)
                except FileExistsError:
                    pass
                except OSError:  # a file system without hard links
                    os.replace(unfinished, path)
            finally:
                unfinished.unlink(missing_ok=True)
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it holds no text"
        raise BrokenSetting(
            "instance_path", f"names a folder whose secret key cannot be kept: {path} ({why})"
        ) from error
