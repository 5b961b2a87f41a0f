"""The worker: a process of its own that books what is queued and keeps things in order.

One delivery per ERP, one thread each for what judging waits for, for what nobody waits for, and for
fitting models; the main thread gives signs of life and waits for the signal to stop. Any number of
workers may run on PostgreSQL and SQL Server.
"""

from __future__ import annotations

import logging
import secrets
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from countersign.erp.errors import ConfigurationError, ErpError
from countersign.erp.port import ErpPort
from countersign.erp.registry import connect
from countersign.journey.ahead.forecast import Lookout, open_questions
from countersign.journey.ahead.note_releases import note_releases
from countersign.journey.ahead.stock_hours import StockHours
from countersign.journey.ask_back import ask_back
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.learning.forecast_retrain import grow_all
from countersign.journey.learning.learn_causes import follow_causes
from countersign.journey.learning.learn_codes import follow_codings
from countersign.journey.learning.retrain import learn_on
from countersign.journey.mirror import Mirror
from countersign.journey.read_back import ReadBack
from countersign.journey.rows.staged_groups import StagedGroups, open_groups
from countersign.journey.settle import PAGE_OUTCOMES, learn
from countersign.journey.task_stock import TaskStock
from countersign.journey.telling.narrate import rephrase_what_people_see
from countersign.journey.telling.weekly_report import send_weekly_report
from countersign.journey.watch import watch
from countersign.notify.mail import NotSent
from countersign.post.deliver import Delivery, Options
from countersign.settings import Settings, SettingsError
from countersign.store import schema, workers
from countersign.store.database import Database

HEARTBEAT_S = 5.0
SILENT_AFTER = timedelta(days=1)
LEARN_EVERY_S = 1.0
STOCK_EVERY_S = 60.0
REPHRASE_EVERY_S = 15.0
WATCH_EVERY_S = 300.0
READ_BACK_EVERY_S = 30.0
NOTE_RELEASES_EVERY_S = 30.0
STOCK_HOURS_EVERY_S = 60.0
REPORT_EVERY_S = 600.0
LEARN_ON_EVERY_S = 3600.0
LOOK_AHEAD_EVERY_S = 60.0
MAX_JOB_WAIT_S = 0.5
BATCHES_AT_ONCE = 4
STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done every so many seconds; what it raises is logged, and it goes on."""

    name: str
    every_s: float
    run: Callable[[], object]


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; calls under way are ended and leases given back.

    Raises:
        SettingsError: no ERP is set up, or an address or a mapping makes no sense.
    """
    ports = _connect_all(settings)
    database = Database(settings.database_url)
    worker_id = f"{settings.worker_id}-{secrets.token_hex(3)}"
    try:
        schema.upgrade(database)
        with (
            _open_groups(settings, database, worker_id) as groups,
            open_questions(settings) as questions,
        ):
            lookout = Lookout(database, settings.models_dir, questions)
            _work(settings, database, worker_id, ports, groups, lookout)
    finally:
        database.close()
    log.info("worker %s has stopped", worker_id)


def _open_groups(
    settings: Settings, database: Database, worker_id: str
) -> AbstractContextManager[StagedGroups | None]:
    """Open the plant's staging tables, where it has them."""
    if not settings.takes_rows:
        return nullcontext()
    return open_groups(settings, database, worker_id)


def _work(
    settings: Settings,
    database: Database,
    worker_id: str,
    ports: dict[str, ErpPort],
    groups: StagedGroups | None,
    lookout: Lookout,
) -> None:
    """Run every loop in a thread of its own until a signal to stop comes."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    stop = threading.Event()
    options = Options(lease_s=settings.lease_s)
    maintenance = maintenance_jobs(settings, database, ports)
    background = background_jobs(settings, database, ports, lookout)
    fitting = fitting_jobs(settings, database, lookout)
    loops: dict[str, Callable[[], None]] = {
        f"deliver-{erp}": partial(
            Delivery(database, erp, port, worker_id, ask_back, options).run, stop
        )
        for erp, port in ports.items()
    }
    loops["maintenance"] = partial(run_jobs, maintenance, stop)
    loops["background"] = partial(run_jobs, background, stop)
    loops["fitting"] = partial(run_jobs, fitting, stop)
    if groups is not None:
        loops["transaction-groups"] = partial(take_rows, groups, settings.staging_every_s, stop)
    threads = [
        threading.Thread(target=loop, name=name, daemon=True) for name, loop in loops.items()
    ]
    for thread in threads:
        thread.start()
    log.info("worker %s delivers to %s", worker_id, ", ".join(ports))
    try:
        _keep_watch(database, worker_id, list(ports), threads)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        _note(database, lambda connection: workers.leave(connection, worker_id))


def maintenance_jobs(
    settings: Settings, database: Database, ports: dict[str, ErpPort]
) -> list[Job]:
    """Return what judging and people wait for, besides delivering."""
    judge = Judge(open_shelf(settings.models_dir), settings.time_zone)
    mirror = Mirror(database, ports[settings.default_erp])
    stock = TaskStock(database, ports[settings.default_erp])
    return [
        Job("master data", settings.master_data_every_s, lambda: mirror.refresh(datetime.now(UTC))),
        Job("stock", STOCK_EVERY_S, stock.refresh),
        Job("learning", LEARN_EVERY_S, lambda: _learn_all(database, judge)),
    ]


def background_jobs(
    settings: Settings, database: Database, ports: dict[str, ErpPort], lookout: Lookout
) -> list[Job]:
    """Return what nobody waits for: language, letters, and what is to come or was undone."""
    hours = StockHours(database, ports[settings.default_erp])
    return [
        Job("language", REPHRASE_EVERY_S, lambda: rephrase_what_people_see(database, settings)),
        Job("weekly report", REPORT_EVERY_S, lambda: send_weekly_report(database, settings)),
        Job("watch", WATCH_EVERY_S, lambda: watch(database)),
        Job(
            "releases",
            NOTE_RELEASES_EVERY_S,
            lambda: note_releases(database, datetime.now(UTC)),
        ),
        Job("stock by the hour", STOCK_HOURS_EVERY_S, lambda: hours.refresh(datetime.now(UTC))),
        Job("forecasts", LOOK_AHEAD_EVERY_S, lookout.look),
        *(
            Job(f"read back {erp}", READ_BACK_EVERY_S, ReadBack(database, erp, port).look)
            for erp, port in ports.items()
        ),
    ]


def fitting_jobs(settings: Settings, database: Database, lookout: Lookout) -> list[Job]:
    """Return what fits models, for minutes at night: stock and releases are noted meanwhile."""
    return [
        Job(
            "models",
            LEARN_ON_EVERY_S,
            lambda: learn_on(database, settings.models_dir, settings.time_zone),
        ),
        Job(
            "codes",
            LEARN_ON_EVERY_S,
            lambda: follow_codings(database, settings.models_dir, settings.time_zone),
        ),
        Job(
            "causes",
            LEARN_ON_EVERY_S,
            lambda: follow_causes(database, settings.models_dir, settings.time_zone),
        ),
        Job(
            "forecast models",
            LEARN_ON_EVERY_S,
            lambda: grow_all(database, settings.models_dir, lookout.questions, settings.time_zone),
        ),
    ]


def take_rows(groups: StagedGroups, every_s: float, stop: threading.Event) -> None:
    """Take what transaction groups wrote, until ``stop`` is set.

    It has a thread of its own: events do not wait for an ERP that answers slowly.
    """
    run_jobs([Job("transaction groups", every_s, partial(groups.take, BATCHES_AT_ONCE))], stop)


def run_jobs(jobs: Sequence[Job], stop: threading.Event) -> None:
    """Run each job when it is due, one after the other, until ``stop`` is set."""
    due = dict.fromkeys((job.name for job in jobs), 0.0)
    while not stop.is_set():
        for job in jobs:
            if stop.is_set() or time.monotonic() < due[job.name]:
                continue
            try:
                job.run()
            except (ErpError, NotSent) as error:
                log.warning("%s: %s; tried again in %g s", job.name, error, job.every_s)
            except Exception:
                log.exception("%s failed; tried again in %g s", job.name, job.every_s)
            due[job.name] = time.monotonic() + job.every_s
        next_due = min(due.values(), default=0.0)
        stop.wait(min(max(next_due - time.monotonic(), 0.01), MAX_JOB_WAIT_S))


def _learn_all(database: Database, judge: Judge) -> None:
    while learn(database, judge) == PAGE_OUTCOMES:
        pass


def _connect_all(settings: Settings) -> dict[str, ErpPort]:
    if not settings.erps:
        raise SettingsError("COUNTERSIGN_ERPS names no ERP: a worker has nowhere to deliver to")
    ports = {}
    for erp, url in settings.erps.items():
        try:
            ports[erp] = connect(url)
        except ConfigurationError as error:
            raise SettingsError(f"COUNTERSIGN_ERPS, {erp}: {error.text}") from error
    return ports


def _keep_watch(
    database: Database, worker_id: str, erps: Sequence[str], threads: Sequence[threading.Thread]
) -> None:
    """Give signs of life until a signal to stop comes or a thread has ended by itself."""
    started_at = datetime.now(UTC)
    _note(database, lambda connection: workers.join(connection, worker_id, erps, started_at))
    while all(thread.is_alive() for thread in threads):
        if signal.sigtimedwait(STOP_SIGNALS, HEARTBEAT_S) is not None:
            return
        _note(database, lambda connection: _give_sign(connection, worker_id))
    raise RuntimeError("a thread of the worker has ended; the supervisor has to start it again")


def _note(database: Database, note: Callable[[Connection], None]) -> None:
    """Write a sign of life; a database that is away is waited for by the deliveries."""
    try:
        with database.write() as connection:
            note(connection)
    except DBAPIError:
        log.exception("no sign of life could be written")


def _give_sign(connection: Connection, worker_id: str) -> None:
    now = datetime.now(UTC)
    workers.beat(connection, worker_id, now)
    workers.forget_silent(connection, now - SILENT_AFTER)
