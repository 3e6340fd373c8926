"""A small mail server that answers as a test tells it to."""

from __future__ import annotations

import socketserver
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext, SSLError
from threading import Thread
from types import TracebackType

OK = "250 OK"
HANG_UP = "hang up"
_ENCRYPTS = "250-mail.test\r\n250 STARTTLS"


@dataclass
class MailServer:
    """Takes mail on a port of its own.

    ``answers`` holds what it says at a stage of the talk (greeting, EHLO, MAIL, RCPT, DATA, end,
    RSET, QUIT), each answer once and then again what it would say by itself; ``HANG_UP`` ends the
    talk without a word.
    """

    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    talks: int = 0
    context: SSLContext | None = None

    def __enter__(self) -> MailServer:
        mail = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                mail.talks += 1
                _Talk(mail, self).hold()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_answer(self, stage: str, otherwise: str) -> str:
        """What to say now."""
        return self.answers[stage].pop(0) if self.answers[stage] else otherwise


class _HungUp(Exception):
    """The server has ended the talk."""


class _Talk:
    def __init__(self, mail: MailServer, stream: socketserver.StreamRequestHandler) -> None:
        self._mail, self._stream = mail, stream

    def hold(self) -> None:
        try:
            self._say("greeting", "220 mail.test")
            while line := self._stream.rfile.readline():
                word = line.split(b" ")[0].strip().decode("ascii", "replace").upper()
                self._obey(word, line)
                if word == "QUIT":
                    return
        except (_HungUp, ConnectionError):
            return

    def _obey(self, word: str, line: bytes) -> None:
        if word == "EHLO":
            self._say(word, _ENCRYPTS if self._mail.context else "250 mail.test")
        elif word == "STARTTLS" and self._mail.context:
            self._say(word, "220 Go on")
            with suppress(SSLError):
                self._mail.context.wrap_socket(self._stream.request, server_side=True).close()
            raise _HungUp
        elif word == "RCPT":
            said = self._say(word, OK)
            if said.startswith("2"):
                self._mail.recipients.append(line.decode().partition(":")[2].strip())
        elif word == "DATA":
            if self._say(word, "354 Go on").startswith("3"):
                self._take()
        else:
            self._say(word, "221 Bye" if word == "QUIT" else OK)

    def _take(self) -> None:
        lines = []
        while (line := self._stream.rfile.readline()) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        # The message has arrived, whatever is said about it.
        self._mail.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        said = self._say("end", OK)
        if not said.startswith("2"):
            self._mail.taken.pop()

    def _say(self, stage: str, otherwise: str) -> str:
        answer = self._mail.next_answer(stage, otherwise)
        if answer == HANG_UP:
            raise _HungUp
        self._stream.wfile.write(answer.encode() + b"\r\n")
        return answer
