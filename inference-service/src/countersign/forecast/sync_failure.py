"""Sync failure: is a posting that waits likely to be refused or delayed when it is sent?

A row per posting: as everything stood when it was first sent, or, while it waits, as it stands
now. It never holds anything back; people may look at it before it is sent.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from countersign.forecast.marks import Marks, Moments, Numbers, moments
from countersign.forecast.question import Question
from countersign.store import call_history, master_data

if TYPE_CHECKING:
    import pandas as pd

HISTORY = timedelta(days=30)
LOOKBACK = timedelta(days=1)
"""How far back a posting looks; rows are only made where all of that is known."""
MOST_POSTINGS = 30_000
"""How many postings are read: a plant that books more learns from a shorter time."""
MOST_ASKED = 500
"""How many waiting postings are asked about: those that are sent next."""
DELAYED = frozenset({"rejected", "needs_approval", "retry", "unknown", "lost"})
"""Answers to a first try that cost a person's time or a delay."""
NOT_TRIED = frozenset({"not_sent", "stop"})
"""Nothing was sent, or nobody could have logged in: it says nothing of the posting."""
_KEYS = ("erp", "kind", "order_id", "site_id", "material_id")


def read(connection: Connection, now: datetime) -> pd.DataFrame:
    """Read postings as they stood when they were first sent, and those that wait as they stand.

    What became known after ``now`` is not looked at.
    """
    import pandas as pd

    since = call_history.read_begin(connection, now - HISTORY - LOOKBACK, now, MOST_POSTINGS)
    queued = pd.DataFrame(
        [tuple(row) for row in call_history.read_queued(connection, since, now)],
        columns=["posting_id", *_KEYS, "created_at", "state", "changed_at"],
    )
    calls = _Calls(call_history.read_tries(connection, since, now), queued, now)
    asked = _asked(queued, calls, since + LOOKBACK, now)
    ends = [
        date.fromisoformat(period["ends_on"])
        for period in master_data.read_kind(connection, "period").values()
    ]
    return _described(asked, queued, calls, sorted(ends))


class _Calls:
    """What was tried to book the postings, as far as it was known at a moment."""

    def __init__(self, rows: Any, queued: pd.DataFrame, now: datetime) -> None:
        sent = [row for row in rows if row.result not in NOT_TRIED or _is_open(row, now)]
        self._ids = [row.posting_id for row in sent]
        self.started = moments([row.started_at for row in sent])
        self.finished = moments([None if _is_open(row, now) else row.finished_at for row in sent])
        self.delayed = np.asarray([row.result in DELAYED for row in sent], dtype=np.bool_)
        places = {name: place for place, name in enumerate(queued["posting_id"])}
        self.posting = np.asarray([places[name] for name in self._ids], dtype=np.int64)
        first: dict[str, int] = {}
        for place, name in enumerate(self._ids):
            first.setdefault(name, place)
        self.first = first

    def answers(self, keys: NDArray[Any]) -> Marks:
        """Return which answered tries failed (1 or 0), under the keys of their postings."""
        return self._answered(keys, self.delayed)

    def failures(self, keys: NDArray[Any]) -> Marks:
        """Return the failed tries alone, under the keys of their postings."""
        return self._answered(keys, self.delayed, self.delayed)

    def seconds(self, keys: NDArray[Any]) -> Marks:
        """Return how long the answered tries took, under the keys of their postings."""
        return self._answered(keys, (self.finished - self.started) / np.timedelta64(1, "s"))

    def _answered(
        self, keys: NDArray[Any], values: NDArray[Any], chosen: NDArray[np.bool_] | None = None
    ) -> Marks:
        known = ~np.isnat(self.finished)
        if chosen is not None:
            known &= chosen
        of = keys[self.posting[known]].tolist()
        return Marks(of, self.finished[known], values[known])


def _is_open(row: Any, now: datetime) -> bool:
    """Tell whether the answer was not known yet at a moment."""
    return bool(row.finished_at is None or row.finished_at > now)


def _asked(queued: pd.DataFrame, calls: _Calls, since: datetime, now: datetime) -> pd.DataFrame:
    """Return which postings make a row: the moment it speaks of, and what came of it."""
    import pandas as pd

    begin, end = moments([since, now])
    is_over = (queued["state"] == "cancelled") & (queued["changed_at"] <= now)
    found = []
    waiting = 0
    for place, (name, cancelled) in enumerate(zip(queued["posting_id"], is_over, strict=True)):
        first = calls.first.get(name)
        if first is not None:
            at, is_known = calls.started[first], not np.isnat(calls.finished[first])
            if is_known and at >= begin:
                found.append((place, at, float(calls.delayed[first])))
        elif not cancelled and waiting < MOST_ASKED:
            waiting += 1
            found.append((place, end, np.nan))
    return pd.DataFrame(found, columns=["place", "at", "failed"])


def _described(
    asked: pd.DataFrame, queued: pd.DataFrame, calls: _Calls, period_ends: list[date]
) -> pd.DataFrame:
    """Lay the features of every row out, each as it was known at its own moment."""
    import pandas as pd

    place = asked["place"].to_numpy(dtype=np.int64)
    at: Moments = asked["at"].to_numpy(dtype="datetime64[us]")
    of = {name: queued[name].to_numpy(dtype=object) for name in _KEYS}
    own: dict[str, list[Any]] = {name: values[place].tolist() for name, values in of.items()}
    hour, answers = timedelta(hours=1), calls.answers(of["erp"])
    share = answers.mean(own["erp"], at, hour)
    return pd.DataFrame(
        {
            "subject": queued["posting_id"].to_numpy()[place],
            "order_id": own["order_id"],
            "site_id": own["site_id"],
            "asks_until": None,
            "sent_at": pd.to_datetime(at, utc=True),
            "erp": own["erp"],
            "document_kind": own["kind"],
            "material_id": own["material_id"],
            "queued_postings": _waiting(queued, calls, own["erp"], place, at),
            "tries_last_hour": answers.count(own["erp"], at, hour),
            "failed_share_last_hour": np.nan_to_num(share),
            "seconds_last_call": calls.seconds(of["erp"]).last(own["erp"], at, LOOKBACK),
            "days_to_period_end": _days_left(at, period_ends),
            "failed": asked["failed"].to_numpy(dtype=np.float64),
        }
        | _troubles(calls, of, own, at)
    )


def _troubles(
    calls: _Calls, of: dict[str, NDArray[Any]], own: dict[str, list[Any]], at: Moments
) -> dict[str, Numbers]:
    """Return what has gone wrong lately with the same order and for the same product."""
    found = {}
    for name, key in (("order", "order_id"), ("material", "material_id")):
        failures, answers = calls.failures(of[key]), calls.answers(of[key])
        found[f"failures_of_{name}"] = failures.count(own[key], at, LOOKBACK)
        found[f"last_failed_of_{name}"] = answers.last(own[key], at, LOOKBACK)
    return found


def _waiting(
    queued: pd.DataFrame, calls: _Calls, erp: list[str], place: NDArray[np.int64], at: Moments
) -> Numbers:
    """Count the other postings of an ERP that were queued and not yet tried, at each moment."""
    created = moments(queued["created_at"].tolist())
    left = np.full(len(queued), np.datetime64("NaT", "us"))
    cancelled = (queued["state"] == "cancelled").to_numpy(dtype=np.bool_)
    left[cancelled] = moments(queued["changed_at"][cancelled].tolist())
    for number, name in enumerate(queued["posting_id"]):
        if name in calls.first:
            left[number] = calls.started[calls.first[name]]
    names = queued["erp"].to_numpy(dtype=object)
    has_left = ~np.isnat(left)
    came = Marks(names.tolist(), created).count_all(erp, at)
    went = Marks(names[has_left].tolist(), left[has_left]).count_all(erp, at)
    itself = (created[place] < at).astype(np.float64)
    return came - went - itself


def _days_left(at: Moments, period_ends: list[date]) -> Numbers:
    """Return the days to the end of the period that each moment lies in; NaN beyond the known."""
    days = at.astype("datetime64[D]")
    ends = np.asarray(period_ends, dtype="datetime64[D]")
    if not len(ends):
        return np.full(len(at), np.nan)
    place = np.searchsorted(ends, days, side="left")
    left = (ends[np.minimum(place, len(ends) - 1)] - days) / np.timedelta64(1, "D")
    return np.where(place < len(ends), left, np.nan)


QUESTION = Question("sync_failure", "posting", timedelta(minutes=10), read)
