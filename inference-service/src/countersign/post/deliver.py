"""Deliver: carry the postings of one ERP there, exactly once, those of an order in sequence.

One thread coordinates: a turn is one transaction that stores what finished calls brought, takes
the next posting of their streams and of newly claimed ones, and stores the intents of the calls
to come. Calls run in a pool of threads. Nothing is called before its intent is committed; nothing
is called again before reading back has shown that it was not booked.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError

from countersign.audit.trail import open_trail
from countersign.erp.port import ErpPort
from countersign.post import gate
from countersign.post.calling import Answer, Call, Caller, Lease
from countersign.post.retry import RetryPolicy
from countersign.post.turn import OnWarning, Station, Turn
from countersign.post.verdict import Rules
from countersign.store import erp_targets, streams
from countersign.store.database import Database
from countersign.store.erp_targets import ErpTarget

LEASE_S = 15.0
RENEWALS_PER_LEASE = 3
TAKE_OVER_EVERY_S = 1.0
MIN_IDLE_S = 0.005
MAX_IDLE_S = 0.25
GATHER_S = 0.004
PREPARED_PER_CALL = 4
PAUSE_AFTER_FAILURE_S = 1.0
DRAIN_MARGIN_S = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """How a delivery runs; the defaults are right outside tests.

    ``lease_s``: after so long without a sign of life another worker takes over.
    """

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    lease_s: float = LEASE_S
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    executor: Executor | None = None


class Delivery:
    """Delivers to one ERP; any number of them may serve the same ERP from several processes."""

    def __init__(
        self,
        database: Database,
        erp: str,
        port: ErpPort,
        worker_id: str,
        on_warning: OnWarning,
        options: Options | None = None,
    ) -> None:
        self._database = database
        self._options = options or Options()
        self._clock = self._options.clock
        capabilities = port.capabilities()
        rules = Rules(capabilities, self._options.retry)
        self._station = Station(erp, worker_id, rules, on_warning, self._options.lease_s)
        self._depth = capabilities.max_in_flight * PREPARED_PER_CALL
        self._pool = self._options.executor or ThreadPoolExecutor(
            capabilities.max_in_flight, thread_name_prefix=f"call-{erp}"
        )
        self._call = Caller(port, self._clock, self._may_begin)
        self._finished: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._answers: list[Answer] = []
        self._answers_per_turn: int | None = None
        self._leases: dict[str, Lease] = {}
        self._target: ErpTarget | None = None
        self._is_stopping = False
        self._renew_at = 0.0
        self._take_over_at = 0.0

    def open(self) -> None:
        """Make the ERP known to the database; called once before the first turn."""
        now = self._clock()
        with self._database.write() as connection, open_trail(connection, now):
            erp_targets.ensure(connection, self._station.erp, now)
            self._target = erp_targets.read(connection, self._station.erp)

    def run(self, stop: threading.Event) -> None:
        """Deliver until ``stop`` is set, then end the calls under way and give streams back."""
        self._until_done(self.open, stop)
        idle_s = MIN_IDLE_S
        while not stop.is_set():
            was_busy = self._turn_safely(idle_s, stop)
            idle_s = MIN_IDLE_S if was_busy else min(idle_s * 2, MAX_IDLE_S)
        self.drain()

    def drain(self) -> None:
        """Begin no further call, store the results of those under way, give all leases back."""
        self._is_stopping = True
        capabilities = self._station.rules.capabilities
        until = time.monotonic() + capabilities.call_timeout_s + DRAIN_MARGIN_S
        never = threading.Event()
        while self._leases and time.monotonic() < until:
            self._turn_safely(MAX_IDLE_S, never)
        if self._leases:
            log.warning(
                "%d calls have not ended; their streams are taken over later", len(self._leases)
            )
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._until_done(self._step_down, never, tries=3)

    def turn(self, wait_s: float = 0.0) -> bool:
        """Do what is to be done now; wait up to ``wait_s`` for a call to finish first.

        Returns whether there was anything to do.
        """
        self._gather(wait_s)
        self._renew()
        batch = self._answers[: self._answers_per_turn]
        free = 0 if self._is_stopping else self._depth - len(self._leases)
        if not batch and not (free > 0 and self._is_work_due()):
            return False
        calls = self._commit(batch, free)
        del self._answers[: len(batch)]
        if not self._answers:
            self._answers_per_turn = None
        for call in calls:
            self._pool.submit(self._make, call)
        return bool(batch or calls)

    def _commit(self, batch: Sequence[Answer], free: int) -> list[Call]:
        """Run the transaction of a turn; what it changed in memory counts only once committed."""
        now, valid_until = self._clock(), self._options.monotonic() + self._options.lease_s
        answered = {answer.call.lease.stream_id for answer in batch}
        with self._database.write() as connection:
            held = self._hold(connection, answered)
            claimed, taken_over = self._claim(connection, free, now, valid_until)
            if not batch and not claimed:
                return []
            with open_trail(connection, now) as trail:
                turn = Turn(self._station, connection, trail)
                in_time = [row for row in batch if _is_held(row, held)]
                turn.note_late([row for row in batch if not _is_held(row, held)])
                turn.store(in_time)
                leases = [row.call.lease for row in in_time] + claimed
                limit = 0 if self._is_stopping else self._depth
                calls = turn.take_next(leases, taken_over, limit)
                turn.close()
        for stream_id in answered:
            self._leases.pop(stream_id, None)
        self._leases |= {call.lease.stream_id: call.lease for call in calls}
        self._target = turn.target
        return calls

    def _hold(self, connection: Connection, stream_ids: set[str]) -> dict[str, int]:
        if not stream_ids:
            return {}
        return streams.hold(connection, self._station.worker_id, stream_ids)

    def _claim(
        self, connection: Connection, free: int, now: datetime, valid_until: float
    ) -> tuple[list[Lease], set[str]]:
        limit = min(free, self._allowance(now))
        if limit <= 0:
            return [], set()
        erp, worker_id = self._station.erp, self._station.worker_id
        until = now + timedelta(seconds=self._options.lease_s)
        orphans = []
        if self._options.monotonic() >= self._take_over_at:
            self._take_over_at = self._options.monotonic() + TAKE_OVER_EVERY_S
            orphans = streams.take_over(connection, erp, worker_id, now, until, limit)
        fresh = []
        if len(orphans) < limit:
            fresh = streams.claim(connection, erp, worker_id, now, until, limit - len(orphans))
        leases = [Lease(row.stream_id, row.fence, valid_until) for row in (*orphans, *fresh)]
        return leases, {row.stream_id for row in orphans}

    def _is_work_due(self) -> bool:
        """Look, without a lock, whether claiming would find anything."""
        now, erp = self._clock(), self._station.erp
        with self._database.read() as connection:
            self._target = erp_targets.read(connection, erp)
            if not self._allowance(now):
                return False
            if streams.has_due(connection, erp, now):
                return True
            is_time = self._options.monotonic() >= self._take_over_at
            return is_time and streams.has_expired(connection, erp, now)

    def _allowance(self, now: datetime) -> int:
        if self._target is None:
            return 0
        station = self._station
        return gate.allowance(self._target, station.rules.capabilities, station.worker_id, now)

    def _gather(self, wait_s: float) -> None:
        """Collect finished calls; wait a moment for more, so that they share a commit."""
        until = time.monotonic() + wait_s
        if self._answers:
            until = 0.0
        enough = max(1, len(self._leases) // 2)
        while True:
            try:
                remaining = max(until - time.monotonic(), 0.0)
                answer = self._finished.get(timeout=remaining)
            except queue.Empty:
                return
            self._answers.append(answer)
            if len(self._answers) == 1:
                until = time.monotonic() + GATHER_S
            if len(self._answers) >= enough:
                until = 0.0

    def _renew(self) -> None:
        """Prolong the leases in time; without that no call begins any more."""
        monotonic = self._options.monotonic()
        if not self._leases or monotonic < self._renew_at:
            return
        until = self._clock() + timedelta(seconds=self._options.lease_s)
        with self._database.write() as connection:
            streams.renew(connection, self._station.worker_id, self._leases, until)
        for lease in self._leases.values():
            lease.valid_until = monotonic + self._options.lease_s
        self._renew_at = monotonic + self._options.lease_s / RENEWALS_PER_LEASE

    def _make(self, call: Call) -> None:
        self._finished.put(self._call(call))

    def _may_begin(self, call: Call) -> bool:
        if self._is_stopping or self._options.monotonic() >= call.lease.valid_until:
            return False
        return self._target is None or not gate.is_shut(self._target, self._clock())

    def _turn_safely(self, wait_s: float, stop: threading.Event) -> bool:
        """Take a turn; a failure of the database is waited out, one of a posting set aside."""
        try:
            return self.turn(wait_s)
        except (OperationalError, InterfaceError):
            log.exception("the database failed in a turn for %s; trying again", self._station.erp)
        except Exception:
            log.exception("a turn for %s failed", self._station.erp)
            self._set_aside()
        stop.wait(PAUSE_AFTER_FAILURE_S)
        return True

    def _set_aside(self) -> None:
        """Find the answer that cannot be stored: one per turn, then drop it with its lease.

        When the lease has run out, the posting is read back like that of a lost worker.
        """
        if len(self._answers) > 1 and self._answers_per_turn is None:
            self._answers_per_turn = 1
        elif self._answers:
            answer = self._answers.pop(0)
            self._leases.pop(answer.call.lease.stream_id, None)
            log.error("set aside the answer to posting %s", answer.call.record.posting_id)

    def _step_down(self) -> None:
        """Let another worker deliver at once where only one may."""
        now, erp = self._clock(), self._station.erp
        with self._database.write() as connection, open_trail(connection, now):
            target = erp_targets.read(connection, erp)
            if target is not None and target.only_worker == self._station.worker_id:
                erp_targets.write(connection, replace(target, only_worker=None, only_until=None))

    def _until_done(
        self, action: Callable[[], None], stop: threading.Event, tries: int = 1_000_000
    ) -> None:
        for _ in range(tries):
            try:
                action()
                return
            except (OperationalError, InterfaceError):
                log.exception("the database failed for %s; trying again", self._station.erp)
                if stop.wait(PAUSE_AFTER_FAILURE_S):
                    return


def _is_held(answer: Answer, held: dict[str, int]) -> bool:
    lease = answer.call.lease
    return held.get(lease.stream_id) == lease.fence
