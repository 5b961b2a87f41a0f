"""Where fetched tools lie, who may work on them, and how progress is told."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

Report = Callable[[str], None]
"""Gets one line per step that takes time."""


def quiet(line: str) -> None:
    """Swallow the progress line: the report of callers that show none."""


def tools_folder() -> Path:
    """Return where fetched tools lie: COUNTERSIGN_TOOLS_DIR, or .tools of the repository."""
    return Path(os.environ.get("COUNTERSIGN_TOOLS_DIR", REPOSITORY / ".tools")).absolute()


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder for one process at a time; the second waits for the first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
