"""Kill the process that writes a journal, again and again, and count what came through.

``python journal_crash.py --kills 30`` is the long form; the tests run a few kills. Every life is
a real Jython process with four producers and a reader, ended with SIGKILL at a random moment.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

HERE = Path(__file__).resolve().parent
CHILD = HERE / "specs/journal_child.py"
PRODUCERS = 4
END_SECONDS = 120


@dataclass
class Tally:
    """What all lives together have said; ids are ``<life>-<producer>-<number>``."""

    kills: int = 0
    acknowledged: list[str] = field(default_factory=list)
    handed_over: list[str] = field(default_factory=list)

    @property
    def lost(self) -> list[str]:
        """Ids that were acknowledged to their producer and never handed over."""
        arrived = set(self.handed_over)
        return [key for key in self.acknowledged if key not in arrived]

    @property
    def handed_over_again(self) -> int:
        """How many events were handed over more than once; the service knows them by id."""
        return len(self.handed_over) - len(set(self.handed_over))

    @property
    def disordered_producers(self) -> list[str]:
        """Producers whose events came in another order or with a gap."""
        numbers: dict[str, list[int]] = {}
        for key in dict.fromkeys(self.handed_over):
            producer, _, number = key.rpartition("-")
            numbers.setdefault(producer, []).append(int(number))
        return [name for name, found in numbers.items() if found != list(range(len(found)))]

    def summary(self) -> dict[str, int]:
        """Return the figures by name."""
        return {
            "kills": self.kills,
            "acknowledged": len(self.acknowledged),
            "lost": len(self.lost),
            "handed_over_again": self.handed_over_again,
            "disordered_producers": len(self.disordered_producers),
        }


def crash(jython: list[str], folder: Path, kills: int, seed: int) -> Tally:
    """Run as many lives as there are kills, empty the journal in a last one, and tally."""
    moments = random.Random(seed)
    tally = Tally()
    for life in range(kills):
        with _Life(jython, folder, life, tally) as running:
            running.ready.wait(END_SECONDS)
            time.sleep(moments.uniform(0.1, 1.0))
            if running.process.poll() is not None:
                raise RuntimeError("the process ended by itself")
            running.process.kill()
        tally.kills += 1
    with _Life(jython, folder, -1, tally) as running:
        if running.process.wait(END_SECONDS) != 0:
            raise RuntimeError("the journal could not be emptied")
    return tally


class _Life:
    """One process and the thread that listens to it."""

    def __init__(self, jython: list[str], folder: Path, life: int, tally: Tally) -> None:
        self.process = subprocess.Popen(
            [*jython, str(CHILD), str(folder), str(life)],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ready = threading.Event()
        self._tally = tally
        self._listener = threading.Thread(target=self._listen)

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(END_SECONDS)
        self._listener.join()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        words = {"ack": self._tally.acknowledged, "out": self._tally.handed_over}
        with self.process.stdout as lines:
            for line in lines:
                word, _, key = line.partition(" ")
                if word in words and line.endswith("\n"):
                    words[word].append(key.strip())
                self.ready.set()
        self.ready.set()


def main() -> int:
    """Run the long form; print the figures as JSON; exit 1 when something is lost."""
    sys.path.insert(0, str(HERE.parents[1] / "scripts"))
    from environment.jython import command

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="countersign-") as folder:
        tally = crash(command(), Path(folder), chosen.kills, chosen.seed)
    print(json.dumps(tally.summary()))
    return 1 if tally.lost or tally.disordered_producers else 0


if __name__ == "__main__":
    sys.exit(main())
