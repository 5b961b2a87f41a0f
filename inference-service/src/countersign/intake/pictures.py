"""Pictures that events name: found in one folder, and read by an encoder that has little time.

Nothing waits for an encoder: one that is slow, fails or hangs costs an event its picture and at
most ``WAIT_S``, and the picture says why it was not read.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from pathlib import Path

import numpy as np

from countersign.model.encoder import SizedEncoder
from countersign.nouns.picture import Picture

WAIT_S = 0.5
"""How long all the events that came in together wait for their pictures, at most."""
LARGEST_PICTURE_BYTES = 20_000_000
MOST_REMEMBERED = 500

Values = tuple[float, ...]

log = logging.getLogger(__name__)


class Unreadable(Exception):
    """A picture cannot be read; the text says why."""


class PictureReader:
    """Reads the pictures of one folder with one encoder; safe to call from several threads."""

    def __init__(self, folder: Path, encoder: SizedEncoder, wait_s: float = WAIT_S) -> None:
        self.encoder = encoder
        self._folder = folder.resolve()
        self._wait_s = wait_s
        self._reading: OrderedDict[str, Future[Values]] = OrderedDict()
        self._overdue: Future[Values] | None = None
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()

    def read(self, names: Iterable[str]) -> dict[str, Picture]:
        """Return what the encoder makes of pictures, all of them within the time."""
        until = time.monotonic() + self._wait_s
        begun = [(name, self._begin(name)) for name in dict.fromkeys(names)]
        return {name: self._end(name, reading, until) for name, reading in begun}

    def _begin(self, name: str) -> Future[Values] | None:
        """Return the reading of a picture; ``None`` while the encoder is overdue with another."""
        with self._lock:
            known = self._reading.get(name)
            if known is not None:
                return known
            if self._is_overdue():
                return None
            reading: Future[Values] = Future()
            self._reading[name] = reading
            if len(self._reading) > MOST_REMEMBERED:
                self._reading.popitem(last=False)
        # a daemon: an encoder that hangs must not keep the process from ending
        threading.Thread(target=self._fill, args=(reading, name), daemon=True).start()
        return reading

    def _is_overdue(self) -> bool:
        return self._overdue is not None and not self._overdue.done()

    def _fill(self, reading: Future[Values], name: str) -> None:
        with self._one_at_a_time:
            try:
                reading.set_result(self._read(name))
            except BaseException as error:  # handed to whoever waits, or it would wait for ever
                reading.set_exception(error)

    def _end(self, name: str, reading: Future[Values] | None, until: float) -> Picture:
        if reading is None:
            return self._unread(name, "the encoder is still busy with another picture")
        left = 0.0 if self._is_overdue() else max(until - time.monotonic(), 0.0)
        try:
            return Picture(self.encoder.name, reading.result(left))
        except NotInTime:
            self._overdue = reading
            return self._unread(name, f"the encoder took longer than {self._wait_s:g} s")
        except Unreadable as error:
            why = str(error)
        except Exception as error:  # the encoder is the plant's own code: no event is lost over it
            why = f"the encoder failed: {type(error).__name__}"
        with self._lock:
            self._reading.pop(name, None)  # the file may come, the encoder recover
        return self._unread(name, why)

    def _unread(self, name: str, why: str) -> Picture:
        log.warning("picture %s was not read: %s", name, why)
        return Picture(self.encoder.name, unread=why)

    def _read(self, name: str) -> Values:
        told = np.asarray(self.encoder.encode([str(self._find(name))]), dtype=np.float64)
        if told.shape != (1, self.encoder.size):
            raise Unreadable(
                f"the encoder gave numbers of the shape {told.shape}, not (1, {self.encoder.size})"
            )
        if not np.isfinite(told).all():
            raise Unreadable("the encoder gave numbers that are none")
        return tuple(told[0].tolist())

    def _find(self, name: str) -> Path:
        """Return the file of a picture; links that lead out of the folder are not followed."""
        try:
            path = (self._folder / name).resolve()
            is_inside = path.is_relative_to(self._folder)
            size = path.stat().st_size if is_inside and path.is_file() else None
        except (OSError, ValueError) as error:
            raise Unreadable("its file cannot be read") from error
        if not is_inside:
            raise Unreadable("its file lies outside the picture folder")
        if size is None:
            raise Unreadable("there is no such file in the picture folder")
        if size > LARGEST_PICTURE_BYTES:
            raise Unreadable(f"its file has more than {LARGEST_PICTURE_BYTES // 1_000_000} MB")
        return path
