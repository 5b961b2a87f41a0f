"""The sandbox ERP as a process: kills, outages, locks, limits, and calls that make no sense."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from integration.erp_conformance import wait_until
from sandbox_plant import OPEN_DATE, PRODUCT, SITE, master_rows, order_row
from sandbox_process import PASSWORD, SandboxProcess

CREDENTIALS = {"user": "clerk", "password": PASSWORD}


def is_listening(sandbox: SandboxProcess) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", sandbox.port), timeout=1):
            return True
    except ConnectionRefusedError:
        return False


class Clerk:
    """Calls the business port without any connector."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self._sandbox = sandbox
        self._session = requests.Session()
        self._session.trust_env = False
        self.log_in()

    def log_in(self) -> None:
        token = self.call("POST", "/login", json=CREDENTIALS).json()["token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        url = f"http://127.0.0.1:{self._sandbox.port}{path}"
        return self._session.request(method, url, timeout=10, **options)

    def complete(self, order: str, ref: str, *, note: str = "") -> requests.Response:
        body = {
            "plant": SITE,
            "order": order,
            "step": "0020",
            "item": PRODUCT,
            "date": OPEN_DATE,
            "good": {"qty": "1", "uom": "H87"},
            "ref": ref,
            "note": note,
        }
        return self.call("POST", "/completions", json=body)

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def durable(tmp_path: Path) -> Iterator[SandboxProcess]:
    process = SandboxProcess(tmp_path).start()
    process.seed({**master_rows(), "orders": [order_row("1"), order_row("2")]})
    yield process
    process.close()


@pytest.fixture
def clerk(durable: SandboxProcess) -> Iterator[Clerk]:
    clerk = Clerk(durable)
    yield clerk
    clerk.close()


def test_what_it_answered_survives_a_kill_under_load(durable: SandboxProcess, clerk: Clerk) -> None:
    answered: list[str] = []

    def post_until_it_dies() -> None:
        while True:
            try:
                answered.append(clerk.complete("1", f"R{len(answered)}").json()["document"])
            except requests.ConnectionError:
                return

    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(post_until_it_dies)
        wait_until(lambda: len(answered) >= 20, within_s=10)
        durable.kill()
        posting.result()
    durable.start()
    booked = [row["no"] for row in durable.documents(order="1")]
    assert booked[: len(answered)] == answered
    assert len(booked) <= len(answered) + 1
    clerk.log_in()
    assert int(clerk.complete("1", "NEXT").json()["document"]) == int(booked[-1]) + 1


def test_a_stop_in_order_exits_with_0(durable: SandboxProcess, clerk: Clerk) -> None:
    clerk.complete("1", "R1")
    assert durable.stop() == 0
    durable.start()
    assert len(durable.documents()) == 1


def test_it_has_no_idempotency(durable: SandboxProcess, clerk: Clerk) -> None:
    assert [clerk.complete("1", "SAME").status_code for _ in range(2)] == [201, 201]
    assert [row["ref"] for row in durable.doubles()] == ["SAME"]


def test_an_order_is_locked_while_it_is_posted(durable: SandboxProcess, clerk: Clerk) -> None:
    durable.faults({"fault": "slow", "latency_ms": 300})
    others = [Clerk(durable) for _ in range(2)]
    with ThreadPoolExecutor(3) as pool:
        calls = [
            pool.submit(who.complete, order, f"R{n}")
            for n, (who, order) in enumerate(zip([clerk, *others], ["1", "1", "2"], strict=True))
        ]
        statuses = [call.result().status_code for call in calls]
    for other in others:
        other.close()
    assert sorted(statuses[:2]) == [201, 423]
    assert statuses[2] == 201
    assert len(durable.documents()) == 2


def test_it_refuses_connections_while_it_is_down(durable: SandboxProcess, clerk: Clerk) -> None:
    durable.go_down()
    with pytest.raises(requests.ConnectionError, match="refused"):
        clerk.complete("1", "R1")
    durable.come_up()
    assert clerk.complete("1", "R1").status_code == 201


def test_it_comes_up_by_itself_after_the_time_given(durable: SandboxProcess, clerk: Clerk) -> None:
    durable.go_down(for_s=0.2)
    wait_until(lambda: is_listening(durable), within_s=5)
    assert clerk.complete("1", "R1").status_code == 201


def test_a_rate_limit_says_when_to_come_back(durable: SandboxProcess, clerk: Clerk) -> None:
    durable.settings(rate_per_s=0.5, burst=2)
    answers = [clerk.complete("1", f"R{n}") for n in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 429, 429]
    assert answers[-1].headers["Retry-After"] == "2"


def test_a_token_expires(durable: SandboxProcess, clerk: Clerk) -> None:
    durable.settings(token_lifetime_s=0)
    clerk.log_in()
    assert clerk.complete("1", "R1").status_code == 401


def test_a_wrong_password_is_refused(clerk: Clerk) -> None:
    answer = clerk.call("POST", "/login", json={"user": "clerk", "password": "guess"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "LOGIN_FAILED")


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/completions", b""),
        ("/completions", b"[]"),
        ("/completions", b"[" * 100_000),
        ("/completions", b'{"order": "1", "step": "0020", "good": 7}'),
        ("/issues", b'{"order": "1", "date": "2026-07-15", "lines": [7]}'),
        ("/issues", b'{"order": "1", "date": "2026-07-15", "lines": "all"}'),
        ("/issues", b'{"order": ["1"], "lines": []}'),
        ("/scraps", b'{"order": {"no": "1"}}'),
        ("/documents/abc/storno", b"{}"),
        ("/documents/1/storno", b"[]"),
        ("/documents/99999999999999999999/storno", b"{}"),
        ("/storno", b"{}"),
        ("/nothing", b"{}"),
    ],
)
def test_nonsense_is_refused_and_harms_nothing(
    durable: SandboxProcess, clerk: Clerk, path: str, data: bytes
) -> None:
    assert 400 <= clerk.call("POST", path, data=data).status_code < 500
    assert durable.documents() == []
    assert clerk.complete("1", "R1").status_code == 201


def test_bytes_that_are_no_http_are_refused(durable: SandboxProcess, clerk: Clerk) -> None:
    with socket.create_connection(("127.0.0.1", durable.port), timeout=5) as wire:
        wire.sendall(b"\x16\x03\x01\r\n\r\n")
        assert wire.recv(100).startswith(b"HTTP/1.1 400")
    assert clerk.complete("1", "R1").status_code == 201


def test_a_call_in_pieces_and_two_in_one_piece_are_both_understood(
    durable: SandboxProcess, clerk: Clerk
) -> None:
    call = b"GET /sums HTTP/1.1\r\nHost: erp\r\n\r\n"
    with socket.create_connection(("127.0.0.1", durable.admin_port), timeout=5) as wire:
        wire.sendall(call[:9])
        wire.sendall(call[9:] + call)
        answers = b""
        while answers.count(b"HTTP/1.1 200 OK") < 2:
            received = wire.recv(4096)
            assert received
            answers += received


def test_the_page_shows_what_is_booked(durable: SandboxProcess, clerk: Clerk) -> None:
    clerk.complete("1", "<script>alert(1)</script>")
    clerk.complete("1", "<script>alert(1)</script>")
    page = requests.get(durable.page_url, timeout=10)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "1 booked twice" in page.text
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/faults", {"rules": [{"fault": "fire"}]}),
        ("/settings", {"speed": 9}),
        ("/settings", {"burst": -1}),
        ("/seed", {"items": [{}]}),
        ("/seed", []),
    ],
)
def test_a_bad_administration_call_is_refused(
    durable: SandboxProcess, clerk: Clerk, path: str, body: Any
) -> None:
    answer = requests.post(durable.page_url.rstrip("/") + path, json=body, timeout=10)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert clerk.complete("1", "R1").status_code == 201
