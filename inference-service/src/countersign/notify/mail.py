"""Mail: a letter and the SMTP server that takes it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT_S = 20.0
DEFAULT_PORTS = {"smtp": 25, "smtps": 465}


class NotSent(Exception):
    """The letter was not taken; the text says why."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters go; made from an address by :func:`read_mail_url`."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_tls: bool = False
    starts_tls: bool = False


def read_mail_url(url: str) -> MailServer:
    """Read ``smtp://user:password@host:port?starttls=1``; raises ``ValueError``."""
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError("write smtp://host:25, smtp://host:587?starttls=1 or smtps://host:465")
    return MailServer(
        host=parts.hostname,
        port=parts.port or DEFAULT_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=parts.scheme == "smtps",
        starts_tls=parse_qs(parts.query).get("starttls") == ["1"],
    )


def letter(
    sender: str, recipients: Sequence[str], subject: str, text: str, html: str = ""
) -> EmailMessage:
    """Write a letter as plain text, with a page for readers that show one."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Subject"] = subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain="countersign.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def send(server: MailServer, message: EmailMessage) -> list[str]:
    """Hand a letter over and return the recipients that the server refused.

    Raises :class:`NotSent` when nobody gets it.
    """
    try:
        with _connect(server) as connection:
            if server.starts_tls:
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            refused = connection.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"{server.host}:{server.port}: {error}") from error
    return sorted(refused)


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.is_tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
