"""The back ends that deliver a message: files for trying things out, SMTP for the world."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from engagement.config import Config
from engagement.messages.errors import CannotDeliver, MayHaveArrived
from engagement.messages.rules import Channel

ANSWER_SECONDS = 20


@dataclass(frozen=True)
class Envelope:
    """A message as a back end sees it."""

    public_id: str
    channel: Channel
    recipient: str
    recipient_name: str
    subject: str
    text: str
    html: str
    created_at: datetime


class BackEnd(Protocol):
    """Delivers one message, or raises ``CannotDeliver`` or ``MayHaveArrived``."""

    def deliver(self, envelope: Envelope) -> None: ...


def make_back_end(config: Config) -> BackEnd:
    """The back end that the settings ask for."""
    return SmtpBackEnd(config) if config.mail_backend == "smtp" else FileBackEnd(config)


def as_email(envelope: Envelope, config: Config) -> EmailMessage:
    """The message in the form that travels; its Message-ID is the same at every attempt.

    Raises ``CannotDeliver`` for good where the recipient's address is none.
    """
    try:
        recipient = Address(_one_line(envelope.recipient_name), addr_spec=envelope.recipient)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise CannotDeliver("this is not an e-mail address", for_good=True) from error
    email = EmailMessage()
    email["From"] = Address(config.service_name, addr_spec=config.mail_from)
    email["To"] = recipient
    email["Subject"] = _one_line(envelope.subject)
    email["Date"] = format_datetime(envelope.created_at)
    email["Message-ID"] = f"<{envelope.public_id}@{urlsplit(config.base_url).hostname}>"
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(envelope.text)
    email.add_alternative(envelope.html, subtype="html")
    return email


def _one_line(text: str) -> str:
    """Text for a header: a line break in it would begin another header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


class FileBackEnd:
    """Writes each message to a file named by its id: writing it twice leaves one."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def deliver(self, envelope: Envelope) -> None:
        if envelope.channel is Channel.LETTER:
            content = f"{envelope.recipient}\n\n{envelope.text}".encode()
            self._write(f"{envelope.public_id}.txt", content)
        else:
            self._write(f"{envelope.public_id}.eml", as_email(envelope, self._config).as_bytes())

    def _write(self, name: str, content: bytes) -> None:
        folder: Path = self._config.mail_path
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = folder / f".{name}"
            unfinished.write_bytes(content)
            os.replace(unfinished, folder / name)
        except OSError as error:
            raise CannotDeliver(f"the mail folder cannot be written: {error.strerror}") from error


def forget_written(config: Config, public_ids: Iterable[str]) -> None:
    """Delete what the file back end wrote of these messages, for whoever is erased."""
    for public_id in public_ids:
        for name in (f"{public_id}.txt", f"{public_id}.eml"):
            (config.mail_path / name).unlink(missing_ok=True)


class _Server(smtplib.SMTP):
    """Tells silence after the message was handed over from a failure before, or an answer."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except smtplib.SMTPDataError:
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise MayHaveArrived from error


class SmtpBackEnd:
    """Hands each e-mail to a mail server; letters go to files for the printer."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._letters = FileBackEnd(config)

    def deliver(self, envelope: Envelope) -> None:
        if envelope.channel is Channel.LETTER:
            self._letters.deliver(envelope)
            return
        email = as_email(envelope, self._config)
        try:
            self._hand_over(email)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise CannotDeliver(
                "the mail server refused the address",
                for_good=all(500 <= code < 600 for code in codes),
            ) from error
        except smtplib.SMTPResponseException as error:
            # A refusal of ourselves is for whoever set this up to mend, and no reason to give up.
            about_the_message = isinstance(error, smtplib.SMTPDataError)
            raise CannotDeliver(
                f"the mail server answered {error.smtp_code}",
                for_good=about_the_message and 500 <= error.smtp_code < 600,
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise CannotDeliver(
                f"the mail server was not reached: {type(error).__name__}"
            ) from error

    def _hand_over(self, email: EmailMessage) -> None:
        config = self._config
        server = _Server(config.smtp_host, config.smtp_port, timeout=ANSWER_SECONDS)
        try:
            if config.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if config.smtp_username:
                server.login(config.smtp_username, config.smtp_password)
            server.send_message(email)
        finally:
            # Whatever is said at parting, the message was taken or refused before.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
