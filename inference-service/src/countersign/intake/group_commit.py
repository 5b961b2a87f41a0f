"""Group commit: requests that arrive together share one transaction.

Request threads hand in their work and wait; one writer thread takes everything that waits and
commits it at once. Clients that were answered together come back together, a little apart: so the
writer waits some milliseconds for as many as came last time, or groups would fall into a large and
a small half and every statement be paid twice. A lone client is never made to wait. A work item
that fails alone fails alone: when the group fails, each item is tried by itself, so a poison row
does not take its neighbours down.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

MAX_GROUP_ITEMS = 500
MAX_GATHERING_S = 0.008
ANSWER_TIMEOUT_S = 60.0

Item = TypeVar("Item")
Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


class Overloaded(Exception):
    """More is waiting than the writer can promise to store soon; try again later."""


class _Work(Generic[Item, Answer]):
    __slots__ = ("answers", "done", "error", "items")

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.answers: list[Answer] = []
        self.error: Exception | None = None
        self.done = threading.Lock()
        self.done.acquire()


class GroupCommit(Generic[Item, Answer]):
    """A writer thread in front of one function that stores many items in one transaction."""

    def __init__(
        self, store: Callable[[Sequence[Item]], list[Answer]], *, max_waiting_items: int
    ) -> None:
        self._store = store
        self._max_waiting_items = max_waiting_items
        self._waiting_items = 0
        self._count_lock = threading.Lock()
        self._queue: queue.SimpleQueue[_Work[Item, Answer] | None] = queue.SimpleQueue()
        self._last_count = 1
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    @property
    def waiting_items(self) -> int:
        """Return how many items wait for the writer."""
        return self._waiting_items

    def submit(self, items: Sequence[Item]) -> list[Answer]:
        """Store items; return the answers when they are committed.

        Raises :class:`Overloaded` when too many wait, or what storing these items raised.
        """
        work: _Work[Item, Answer] = _Work(items)
        with self._count_lock:
            if self._waiting_items and self._waiting_items + len(items) > self._max_waiting_items:
                raise Overloaded
            self._waiting_items += len(items)
        self._queue.put(work)
        if not work.done.acquire(timeout=ANSWER_TIMEOUT_S):
            raise Overloaded
        if work.error is not None:
            raise work.error
        return work.answers

    def close(self) -> None:
        """Store what waits, then stop."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            first = self._queue.get()
            if first is None:
                return
            group, is_open = self._gather(first)
            self._commit(group)
            with self._count_lock:
                self._waiting_items -= sum(len(work.items) for work in group)

    def _gather(self, first: _Work[Item, Answer]) -> tuple[list[_Work[Item, Answer]], bool]:
        group, count = [first], len(first.items)
        until = time.monotonic() + MAX_GATHERING_S
        is_open = True
        while is_open and count < MAX_GROUP_ITEMS:
            patience = until - time.monotonic() if count < self._last_count else 0.0
            try:
                work = self._queue.get(timeout=max(patience, 0.0))
            except queue.Empty:
                break
            if work is None:
                is_open = False
            else:
                group.append(work)
                count += len(work.items)
        self._last_count = count
        return group, is_open

    def _commit(self, group: list[_Work[Item, Answer]]) -> None:
        try:
            answers = self._store([item for work in group for item in work.items])
        except Exception as error:
            if len(group) == 1:
                logger.exception("storing failed")
                group[0].error = error
                group[0].done.release()
                return
            logger.warning("a group of %d failed, storing one by one: %s", len(group), error)
            for work in group:
                self._commit([work])
            return
        position = 0
        for work in group:
            work.answers = answers[position : position + len(work.items)]
            position += len(work.items)
            work.done.release()
