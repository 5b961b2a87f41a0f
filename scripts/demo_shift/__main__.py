"""Run the demo; ``scripts/demo`` prepares the machine and calls this."""

from __future__ import annotations

import argparse
import fcntl
import json
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

from demo_shift import plant
from demo_shift.comparison import Comparison, compare
from demo_shift.erps import ERPS
from demo_shift.installation import Installation
from demo_shift.people import Api, People
from demo_shift.shift import Shift
from demo_shift.trouble import Trouble
from environment.folders import REPOSITORY

ORDERS = 20
SEED = 2026
DRAIN_TIMEOUT_S = 300.0
TASKS_LEFT = 5
"""What a demo that stays open leaves for its visitors to decide."""
STARTED = time.monotonic()
OPEN_STATES = (
    "awaiting_approval",
    "queued",
    "sending",
    "accepted",
    "rejected",
    "outcome_unknown",
)


def report(line: str) -> None:
    """Show progress with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:6.1f} s] {line}", file=sys.stderr, flush=True)


def main() -> int:
    """Play the shift, then check it or leave everything running."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="end after the comparison")
    parser.add_argument("--erp", choices=sorted(ERPS), default="tryton", help="where it is booked")
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--jython", required=True, help="the command of Jython as JSON")
    parser.add_argument("--started", type=float, default=0.0, help="seconds spent before this")
    arguments = parser.parse_args()
    home = REPOSITORY / ".demo" / "shift"
    lock = _only_demo(home.parent)
    if lock is None:
        report("a demo is running in this folder already; end it first")
        return 2
    erp = ERPS[arguments.erp](home / f"erp-{arguments.erp}", report)
    _clear(home)
    jython = json.loads(arguments.jython)
    installation = Installation(home, Path(sys.executable), jython, erp, report)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        installation.set_up(arguments.orders)
        installation.start()
        return _play(installation, arguments.check, arguments.started)
    except KeyboardInterrupt:
        return 130
    finally:
        report("stopping")
        installation.stop()


def _only_demo(folder: Path) -> IO[str] | None:
    """Take the folder for this demo; ``None`` while another one has it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _clear(home: Path) -> None:
    """Stop what a demo that was killed has left running, and remove its data."""
    for name, make in ERPS.items():
        if (home / f"erp-{name}").exists():
            report("removing what the last demo left")
            make(home / f"erp-{name}", report).remove()
    shutil.rmtree(home, ignore_errors=True)


def _play(installation: Installation, is_check: bool, seconds_before: float) -> int:
    erp = installation.connect_erp()
    orders = list(erp.orders())
    history = plant.shift(orders, SEED, installation.erp.decimals)
    report(f"the shift: {len(history.events)} events over {len(orders)} orders")
    shift = Shift(installation, history)
    people = People(installation, shift.reported)
    trouble = Trouble(installation)
    if not is_check:
        _say_where(installation)
    people.start()
    try:
        shift.play(trouble.strike if is_check else _no_trouble)
        trouble.end()
        report("the machines are done; waiting until everything is decided and booked")
        stuck = _drain(installation, people, len(history.events))
    finally:
        people.stop()
    everywhere = installation.erp.confirms_every_operation
    result = compare(erp, orders, shift.reported, people.decided, every_operation=everywhere)
    summary = _summary(installation, shift, people, result, stuck, seconds_before)
    _print_troubles(result, people, stuck)
    if not is_check:
        shift.slip(TASKS_LEFT)
        report(f"the shift is over; {TASKS_LEFT} tasks wait in the inbox, open until Ctrl-C")
        threading.Event().wait()
    print(json.dumps(summary), flush=True)
    return 0 if result.agrees and summary["audit_ok"] and not stuck else 1


def _no_trouble(_number: int, _total: int) -> None:
    """Let the shift go on undisturbed."""


def _say_where(installation: Installation) -> None:
    report(
        f"console: {installation.url}/console   (user peter, password "
        f"{installation.passwords['peter']}; an operator: anna, "
        f"{installation.passwords['anna']})"
    )
    report(f"interface: {installation.url}/docs")


def _drain(installation: Installation, people: People, events: int) -> list[dict[str, Any]]:
    """Wait until all is settled; return the postings that are not."""
    api = Api(installation, "clerk")
    deadline = time.monotonic() + DRAIN_TIMEOUT_S
    told = 0.0
    while True:
        seen = _outcomes(api)
        open_postings = _open_postings(api)
        tasks = len(people.open_tasks())
        if len({row["event_id"] for row in seen}) >= events and not tasks and not open_postings:
            return []
        if time.monotonic() > deadline:
            return open_postings
        if time.monotonic() - told > 10:
            report(f"  {tasks} tasks and {len(open_postings)} postings are open")
            told = time.monotonic()
        time.sleep(1.0)


def _outcomes(api: Api) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after = 0
    while True:
        page = api.get(f"/v1/outcomes?after={after}&limit=1000")
        rows += page["items"]
        if not page["items"]:
            return rows
        after = page["next_after"]


def _open_postings(api: Api) -> list[dict[str, Any]]:
    query = "&".join(f"state={state}" for state in OPEN_STATES)
    items: list[dict[str, Any]] = api.get(f"/v1/postings?{query}&limit=500")["items"]
    return items


def _summary(
    installation: Installation,
    shift: Shift,
    people: People,
    result: Comparison,
    stuck: list[dict[str, Any]],
    seconds_before: float,
) -> dict[str, Any]:
    api = Api(installation, "clerk")
    seen = _outcomes(api)
    steps = _steps(installation)
    accepted = {row["event_id"] for row in seen}
    auto = accepted - people.decided.reviewed
    return {
        "events_captured": len(shift.reported),
        "accepted": len(accepted),
        "duplicates": steps.get("event_repeated", 0),
        "auto_posted": len(auto),
        "reviewed": len(people.decided.reviewed),
        "held": len(people.decided.held),
        "corrected": len(people.decided.corrected),
        "erp_documents": result.documents,
        "missing": len(result.missing) + len(result.differences),
        "double": len(result.double) + len(result.foreign),
        "stuck": len(stuck),
        "audit_ok": _audit_ok(installation),
        "seconds": round(time.monotonic() - STARTED + seconds_before, 1),
    }


def _steps(installation: Installation) -> dict[str, int]:
    """Count the audit's records by step."""
    counts: dict[str, int] = {}
    for line in installation.command("audit", "count").splitlines():
        count, step = line.split()
        counts[step] = int(count)
    return counts


def _audit_ok(installation: Installation) -> bool:
    try:
        report(installation.command("audit", "verify"))
    except RuntimeError as error:
        report(str(error))
        return False
    return True


def _print_troubles(result: Comparison, people: People, stuck: list[dict[str, Any]]) -> None:
    for name in ("missing", "double", "foreign", "differences"):
        for line in getattr(result, name):
            report(f"{name}: {line}")
    for row in stuck:
        report(f"stuck: {row['posting_id']} {row['state']} {row.get('error', '')}")
    for line in people.decided.refusals:
        report(f"refused: {line}")


if __name__ == "__main__":
    raise SystemExit(main())
