"""The weekly report: once a week, by a real mail server, with what people want to know."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from integration.service.desk import Desk, scrap

from countersign.journey.telling.weekly_report import send_weekly_report
from countersign.notify.mail import NotSent, read_mail_url
from countersign.settings import MailSettings, Settings
from countersign.store import alarms, audit_records
from countersign.store.alarms import Alarm

MONDAY_7 = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 7:00 in Berlin, after the desk's Friday
MONDAY_5 = datetime(2026, 11, 23, 4, 59, tzinfo=UTC)


class Box(MessageHandler):
    """Keeps the letters; refuses one address."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Message] = []

    async def handle_RCPT(  # noqa: N802
        self, server: object, session: object, envelope: object, address: str, options: object
    ) -> str:
        if address.startswith("gone@"):
            return "550 no such box"
        envelope.rcpt_tos.append(address)  # type: ignore[attr-defined]
        return "250 OK"

    def handle_message(self, message: Message) -> None:
        self.letters.append(message)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def settings(box: Box) -> Iterator[Settings]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    mail = MailSettings(f"smtp://127.0.0.1:{port}", "plant@example.org", ("paula@example.org",))
    yield Settings(
        database_url="sqlite://",
        models_dir=Path("/nonexistent"),
        erps={"demo": "sandbox+http://nowhere.invalid"},
        time_zone=ZoneInfo("Europe/Berlin"),
        mail=mail,
    )
    server.stop()


@pytest.fixture
def worked(desk: Desk) -> Desk:
    """A plant where a person agreed once and changed once, and an alarm stands."""
    desk.use_policy("supervise")
    for number, action in ((1, "approve"), (2, "reject")):
        desk.decide(desk.receive(scrap(number))[0].event_id, action)  # type: ignore[arg-type]
    desk.receive(scrap(3))
    row = Alarm("a" * 32, "scrap_report", "1000", "data", "new x", "x is odd.", desk.now)
    with desk.database.write() as connection:
        alarms.add(connection, row)
    return desk


def test_it_is_sent_once_on_monday_morning(worked: Desk, settings: Settings, box: Box) -> None:
    assert not send_weekly_report(worked.database, settings, MONDAY_5)
    assert send_weekly_report(worked.database, settings, MONDAY_7)
    assert not send_weekly_report(worked.database, settings, MONDAY_7)
    (letter,) = box.letters
    assert (letter["From"], letter["To"]) == ("plant@example.org", "paula@example.org")
    assert letter["Subject"] == "Countersign: week of 16 November 2026"
    assert worked.steps()[-1] == "weekly_report_sent"


def test_it_says_what_came_what_waits_and_what_is_wrong(
    worked: Desk, settings: Settings, box: Box
) -> None:
    send_weekly_report(worked.database, settings, MONDAY_7)
    text = box.letters[0].get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "3 events came in; 0 went into the ERP without a person." in text
    assert "1 tasks wait for a person, 0 documents are stuck" in text
    assert "ALARM since 20 November: scrap report, 1000: x is odd." in text
    assert "- scrap report, 1000: 3 events, 0 % without a person" in text


def test_a_server_that_is_away_is_asked_again(worked: Desk, settings: Settings, box: Box) -> None:
    away = replace(settings, mail=replace(settings.mail, url="smtp://127.0.0.1:9"))
    with pytest.raises(NotSent, match=r"127\.0\.0\.1:9"):
        send_weekly_report(worked.database, away, MONDAY_7)
    assert send_weekly_report(worked.database, settings, MONDAY_7)


def test_one_refused_recipient_does_not_keep_it_from_the_others(
    worked: Desk, settings: Settings, box: Box
) -> None:
    both = ("paula@example.org", "gone@example.org")
    partly = replace(settings, mail=replace(settings.mail, recipients=both))
    assert send_weekly_report(worked.database, partly, MONDAY_7)
    assert len(box.letters) == 1
    with worked.database.read() as connection:
        last = audit_records.find(connection, limit=1000)[-1]
    body = json.loads(last.body)
    assert (body["to"], body["refused"]) == (["paula@example.org"], ["gone@example.org"])


def test_nobody_left_to_get_it_is_no_report(worked: Desk, settings: Settings) -> None:
    gone = replace(settings, mail=replace(settings.mail, recipients=("gone@example.org",)))
    with pytest.raises(NotSent, match="no such box"):
        send_weekly_report(worked.database, gone, MONDAY_7)


def test_without_a_server_nothing_is_sent(worked: Desk, settings: Settings, box: Box) -> None:
    assert not send_weekly_report(worked.database, replace(settings, mail=MailSettings()), MONDAY_7)
    assert box.letters == []


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example.org:25"])
def test_an_address_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://host:25"):
        read_mail_url(url)
