"""A killed process and a full disk: what was acknowledged is there afterwards."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from client import TestGateway
from journal_crash import crash
from loopback import LoopbackService
from test_capture_to_service import CONFIRMATION, configuration
from waiting import wait_until

PRESS = "PRESS1"


def test_a_killed_journal_loses_nothing_that_it_acknowledged(
    jython: list[str], tmp_path: Path
) -> None:
    tally = crash(jython, tmp_path / "journal", kills=3, seed=20260304)
    assert len(tally.acknowledged) > 100
    assert tally.lost == []
    assert tally.disordered_producers == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB; only root can make one."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine allows no mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_stops_the_machine_and_not_the_gateway(
    jython: list[str], tmp_path: Path, small_disk: Path
) -> None:
    """The machine waits for its answer, a person sees the alarm, and nothing is lost."""
    with LoopbackService() as service:
        service.stop()
        settings = configuration(tmp_path, service, journal_folder=str(small_disk / "journal"))
        with TestGateway.start(jython, tmp_path, settings, work_centers=[PRESS]) as gateway:
            trigger = 1
            filler = small_disk / "filler"
            filler.write_bytes(b"x" * 200_000)
            while not gateway.health()["Alarm"]:
                values = {**CONFIRMATION, "Note": "x" * 500}
                gateway.report(PRESS, "ConfirmTrigger", trigger, values)
                gateway.wait_until_idle()
                trigger += 1
            assert "No space left on device" in gateway.health()["Alarm"]
            assert gateway.work_center_value(PRESS, "ConfirmDone") == trigger - 2
            filler.unlink()
            wait_until(lambda: gateway.work_center_value(PRESS, "ConfirmDone") == trigger - 1)
            assert gateway.health()["Alarm"] == ""
            service.start()
            gateway.wait_until_forwarded()
            sequence = [int(event["sequence"]) for event in service.stored]
            assert sequence == list(range(1, trigger))


def remount(place: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(place)], check=True)


def test_a_folder_that_nobody_may_write_to_stops_the_machine_until_it_is_mended(
    jython: list[str], tmp_path: Path, small_disk: Path
) -> None:
    """Read-only from the start: the machine waits, is answered then, and nothing is lost."""
    with LoopbackService() as service:
        settings = configuration(tmp_path, service, journal_folder=str(small_disk / "journal"))
        remount(small_disk, "ro")
        with TestGateway.start(jython, tmp_path, settings, work_centers=[PRESS]) as gateway:
            gateway.report(PRESS, "ConfirmTrigger", 1, CONFIRMATION)
            gateway.wait_until_idle()
            wait_until(lambda: "Read-only file system" in (gateway.status("Alarm") or ""))
            assert gateway.work_center_value(PRESS, "ConfirmDone") is None
            remount(small_disk, "rw")
            wait_until(lambda: gateway.work_center_value(PRESS, "ConfirmDone") == 1)
            wait_until(lambda: gateway.status("Alarm") == "")
            gateway.wait_until_forwarded()
            assert len(service.stored) == 1
