"""The back ends that deliver: files, and a mail server that is not always well."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
from flask import Flask

from engagement.config import Config
from engagement.database import clock
from engagement.extensions import db
from engagement.messages import delivery
from engagement.messages.delivery import (
    Envelope,
    FileBackEnd,
    SmtpBackEnd,
    as_email,
    make_back_end,
)
from engagement.messages.errors import CannotDeliver, MayHaveArrived
from engagement.messages.models import Message
from engagement.messages.rules import (
    Channel,
    MessageState,
)
from engagement.messages.service import (
    deliver_due,
)
from tests.factories import Partnership, World
from tests.factories.messages import LINK, message_now, write_message
from tests.mail_server import HANG_UP, MailServer
from tests.past import move_back


@pytest.fixture
def north(world: World) -> Iterator[Partnership]:
    """Inside the northern partnership."""
    with world.north.inside():
        yield world.north


# The file back end.


def envelope(**changes: object) -> Envelope:
    """A message on its way."""
    return replace(
        Envelope(
            public_id="abcdefghijklmnopqrstuv",
            channel=Channel.EMAIL,
            recipient="ada@example.net",
            recipient_name="Ada Brown",
            subject="Your link",
            text="Come in",
            html="<p>Come in</p>",
            created_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        ),
        **changes,  # type: ignore[arg-type]
    )


def test_a_message_written_twice_to_a_file_is_there_once(config: Config) -> None:
    back_end = FileBackEnd(config)
    for _ in range(2):
        back_end.deliver(envelope())
    back_end.deliver(envelope(public_id="letter", channel=Channel.LETTER, recipient="1 High St"))
    names = sorted(path.name for path in config.mail_path.iterdir())
    assert names == ["abcdefghijklmnopqrstuv.eml", "letter.txt"]
    email = message_from_bytes((config.mail_path / names[0]).read_bytes(), policy=policy.default)
    assert email["To"] == "Ada Brown <ada@example.net>"
    assert email["Message-ID"] == "<abcdefghijklmnopqrstuv@engagement.test>"
    assert email.get_body(("plain",)).get_content().strip() == "Come in"
    assert email.get_body(("html",)).get_content().strip() == "<p>Come in</p>"
    assert (config.mail_path / "letter.txt").read_text() == "1 High St\n\nCome in"


def test_a_mail_folder_that_cannot_be_written_is_a_passing_failure(
    north: Partnership, config: Config
) -> None:
    config.mail_path.write_text("a file stands in the folder's place")
    public_id = write_message()
    assert deliver_due(FileBackEnd(config)) == 0
    assert message_now(public_id).state is MessageState.QUEUED
    assert message_now(public_id).problem.startswith("the mail folder cannot be written: ")
    config.mail_path.unlink()
    send_now = Message.public_id == public_id
    db.session.rollback()
    move_back(north._app, Message.due_at, timedelta(hours=1), send_now)
    assert deliver_due(FileBackEnd(config)) == 1


# Header injection.

BREAKS = ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00", "\x85"]


@pytest.mark.parametrize("line_break", BREAKS, ids=[ascii(sign) for sign in BREAKS])
def test_a_line_break_in_a_name_or_subject_begins_no_header(
    config: Config, line_break: str
) -> None:
    sly = f"Ada{line_break}Bcc: eve@example.net"
    email = as_email(envelope(recipient_name=sly, subject=f"Hi{line_break}X-Sly: 1"), config)
    again = message_from_bytes(email.as_bytes(), policy=policy.default)
    for one in (email, again):
        assert one["Bcc"] is None
        assert one["X-Sly"] is None
        assert [str(name) for name in one["To"].addresses] == [
            '"Ada Bcc: eve@example.net" <ada@example.net>'
        ]
        assert one["Subject"] == "Hi X-Sly: 1"
        assert set(one.keys()) == {
            *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
            *("MIME-Version", "Content-Type"),
        }


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@",
        "a@",
        "a b@example.net",
        "ada@example.net\nBcc: eve@example.net",
        "ada@example.net\r\nBcc: eve@example.net",
        "ada@example.net, eve@example.net",
        "ada@example.net>, <eve@example.net",
        "Ada <ada@example.net>",
    ],
)
def test_an_address_that_is_none_fails_for_good_and_holds_nobody_up(
    north: Partnership, config: Config, address: str
) -> None:
    with pytest.raises(CannotDeliver, match="not an e-mail address") as refused:
        as_email(envelope(recipient=address), config)
    assert refused.value.for_good
    sly, plain = write_message(address), write_message()
    assert deliver_due(FileBackEnd(config)) == 1
    assert message_now(sly).state is MessageState.FAILED
    assert message_now(plain).state is MessageState.SENT


@pytest.mark.parametrize("name", ["", "Zoë O’Brien-Nguyễn", '"Ada" <x>', "a" * 300, "名前"])
def test_any_name_travels(config: Config, name: str) -> None:
    email = as_email(envelope(recipient_name=name), config)
    again = message_from_bytes(email.as_bytes(), policy=policy.default)
    assert again["To"].addresses[0].display_name == name
    assert again["To"].addresses[0].addr_spec == "ada@example.net"


# The mail server.


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that takes everything until it is told otherwise."""
    with MailServer() as server:
        yield server


def smtp(config: Config, port: int, **changes: object) -> SmtpBackEnd:
    """The back end for a server on this machine."""
    settings = {
        "mail_backend": "smtp",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_starttls": False,
    }
    back_end = make_back_end(replace(config, **{**settings, **changes}))  # type: ignore[arg-type]
    assert isinstance(back_end, SmtpBackEnd)
    return back_end


def test_a_message_is_handed_to_the_mail_server(
    north: Partnership, config: Config, mail: MailServer
) -> None:
    public_id = write_message("ada@example.net", "Ada Brown")
    assert deliver_due(smtp(config, mail.port)) == 1
    (email,) = mail.taken
    assert mail.recipients == ["<ada@example.net>"]
    assert email["To"] == "Ada Brown <ada@example.net>"
    assert email["From"].addresses[0].addr_spec == config.mail_from
    assert email["Message-ID"] == f"<{public_id}@engagement.test>"
    assert email["Auto-Submitted"] == "auto-generated"
    assert LINK in email.get_body(("plain",)).get_content()
    assert LINK in email.get_body(("html",)).get_content()
    assert message_now(public_id).text == ""


def test_a_letter_goes_to_a_file_for_the_printer(
    north: Partnership, config: Config, mail: MailServer
) -> None:
    public_id = write_message("Ada Brown\n1 High Street", channel=Channel.LETTER)
    assert deliver_due(smtp(config, mail.port)) == 1
    assert mail.talks == 0
    assert (config.mail_path / f"{public_id}.txt").read_text().startswith("Ada Brown\n1 High")


PASSING = {
    "greeting": "421 Busy",
    "MAIL": "451 Later",
    "RCPT": "450 Greylisted",
    "DATA": "452 Full",
    "end": "451 Later",
}


@pytest.mark.parametrize("stage", PASSING)
def test_a_passing_refusal_is_tried_again_later(
    app: Flask, north: Partnership, config: Config, mail: MailServer, stage: str
) -> None:
    public_id = write_message()
    mail.answers[stage] = [PASSING[stage]]
    assert deliver_due(smtp(config, mail.port)) == 0
    waiting = message_now(public_id)
    assert (waiting.state, waiting.attempts) == (MessageState.QUEUED, 1)
    assert waiting.due_at > clock.now()
    db.session.rollback()
    move_back(app, Message.due_at, timedelta(minutes=2))
    assert deliver_due(smtp(config, mail.port)) == 1
    assert len(mail.taken) == 1
    assert message_now(public_id).problem == ""


@pytest.mark.parametrize(
    ("stage", "answer"),
    [("RCPT", "550 No such user"), ("DATA", "554 No"), ("end", "552 Too large")],
)
def test_a_lasting_refusal_of_the_message_fails_for_good(
    north: Partnership, config: Config, mail: MailServer, stage: str, answer: str
) -> None:
    public_id = write_message()
    mail.answers[stage] = [answer]
    assert deliver_due(smtp(config, mail.port)) == 0
    assert message_now(public_id).state is MessageState.FAILED
    assert "ada@" not in message_now(public_id).problem
    assert mail.taken == []


@pytest.mark.parametrize(
    ("stage", "answer"), [("greeting", "554 No service"), ("MAIL", "550 Not from you")]
)
def test_a_refusal_of_ourselves_is_tried_again(
    north: Partnership, config: Config, mail: MailServer, stage: str, answer: str
) -> None:
    public_id = write_message()
    mail.answers[stage] = [answer]
    assert deliver_due(smtp(config, mail.port)) == 0
    assert message_now(public_id).state is MessageState.QUEUED


def test_a_server_that_does_not_know_us_is_tried_again(
    north: Partnership, config: Config, mail: MailServer
) -> None:
    public_id = write_message()
    mail.answers["EHLO"] = ["250-mail.test\r\n250 AUTH PLAIN"]
    mail.answers["AUTH"] = ["535 Wrong"]
    back_end = smtp(config, mail.port, smtp_username="us", smtp_password="hunter22")
    assert deliver_due(back_end) == 0
    kept = message_now(public_id)
    assert (kept.state, kept.problem) == (MessageState.QUEUED, "the mail server answered 535")


def test_a_refused_connection_is_tried_again(north: Partnership, config: Config) -> None:
    public_id = write_message()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        assert deliver_due(smtp(config, taken.getsockname()[1])) == 0
    kept = message_now(public_id)
    assert kept.state is MessageState.QUEUED
    assert kept.problem == "the mail server was not reached: ConnectionRefusedError"


@pytest.mark.parametrize("stage", ["greeting", "MAIL", "RCPT"])
def test_a_server_that_hangs_up_before_the_message_is_tried_again(
    north: Partnership, config: Config, mail: MailServer, stage: str
) -> None:
    public_id = write_message()
    mail.answers[stage] = [HANG_UP]
    assert deliver_due(smtp(config, mail.port)) == 0
    assert message_now(public_id).state is MessageState.QUEUED
    assert mail.taken == []


def test_silence_after_the_message_makes_it_uncertain_and_never_sends_it_twice(
    app: Flask, north: Partnership, config: Config, mail: MailServer
) -> None:
    public_id = write_message()
    mail.answers["end"] = [HANG_UP]
    assert deliver_due(smtp(config, mail.port)) == 0
    assert len(mail.taken) == 1, "it has arrived, and we cannot know"
    assert message_now(public_id).state is MessageState.UNCERTAIN
    db.session.rollback()
    move_back(app, Message.due_at, timedelta(days=1))
    assert deliver_due(smtp(config, mail.port)) == 0
    assert len(mail.taken) == 1
    assert message_now(public_id).text, "a person may decide to send it again"


@pytest.mark.parametrize("answer", ["421 Going down", HANG_UP])
def test_whatever_is_said_at_parting_the_message_was_taken(
    north: Partnership, config: Config, mail: MailServer, answer: str
) -> None:
    public_id = write_message()
    mail.answers["QUIT"] = [answer]
    assert deliver_due(smtp(config, mail.port)) == 1
    assert message_now(public_id).state is MessageState.SENT
    assert len(mail.taken) == 1


def test_a_server_that_does_not_answer_is_left_in_time(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "ANSWER_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(CannotDeliver, match="was not reached"):
            smtp(config, silent.getsockname()[1]).deliver(envelope())


def test_silence_of_the_line_after_the_message_is_told_from_failure(
    config: Config, mail: MailServer
) -> None:
    mail.answers["end"] = [HANG_UP]
    with pytest.raises(MayHaveArrived):
        smtp(config, mail.port).deliver(envelope())


def test_a_server_without_encryption_is_not_spoken_to_in_plain(
    config: Config, mail: MailServer
) -> None:
    with pytest.raises(CannotDeliver):
        smtp(config, mail.port, smtp_starttls=True).deliver(envelope())
    assert mail.taken == []
    assert mail.recipients == []


def test_a_server_with_a_certificate_that_nobody_vouches_for_is_refused(
    config: Config, mail: MailServer, tmp_path: Path
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate and is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1".split()
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    mail.context = SSLContext(PROTOCOL_TLS_SERVER)
    mail.context.load_cert_chain(certificate, key)
    with pytest.raises(CannotDeliver, match="SSLCertVerificationError"):
        smtp(config, mail.port, smtp_starttls=True).deliver(envelope())
    assert mail.recipients == []
