"""How gunicorn runs the service: threads, one core per worker, long keep-alive.

Each worker is pinned to a core: on a free machine the threads of one interpreter otherwise chase
each other over the cores and halve what they get done. The keep-alive outlives the gateway's
pause between batches, or Java's client would meet closing connections.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

worker_class = "gthread"
workers = int(os.environ.get("COUNTERSIGN_HTTP_WORKERS", "2"))
threads = int(os.environ.get("COUNTERSIGN_HTTP_THREADS", "16"))
bind = os.environ.get("COUNTERSIGN_BIND", "127.0.0.1:8080")
keepalive = 75
timeout = 60
graceful_timeout = 20
reuse_port = True
backlog = 1024
limit_request_line = 8190
limit_request_fields = 50
http_parser = "fast"
control_socket_disable = True

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="countersign-metrics-")


def post_fork(server: Any, worker: Any) -> None:
    """Keep the worker on one core."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[worker.age % len(cores)]})


def post_worker_init(worker: Any) -> None:
    """Answer the first request as fast as the others: models are loaded before it comes."""
    worker.log.info("worker %s is ready", worker.pid)


def worker_exit(server: Any, worker: Any) -> None:
    """Store what waits before the process goes."""
    services = getattr(worker.wsgi, "extensions", {}).get("countersign")
    if services is not None:
        services.close()


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a dead process."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Remove the counters of this run."""
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    if folder.name.startswith("countersign-metrics-"):
        shutil.rmtree(folder, ignore_errors=True)
