"""Reading back: what somebody undid in the ERP itself, found there and learned from.

The machine is not told when a clerk cancels a document in the ERP. So the worker reads booked
orders back in turn; a document that is undone there is undone here as well, which takes it out
of the order's progress and counts the event as wrong, as every reversal does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from countersign.audit.trail import Trail, open_trail
from countersign.erp.port import ErpPort
from countersign.post import changes
from countersign.post.changes import Change
from countersign.store import job_cursors, postings
from countersign.store.database import Database, retry_conflicts
from countersign.store.postings import PostingRecord

SETTLED_AFTER = timedelta(minutes=5)
LOOKED_AT_FOR = timedelta(days=60)
PAGE_POSTINGS = 100


class ReadBack:
    """Looks at what one ERP has booked, some orders a turn, from the oldest to the newest."""

    def __init__(self, database: Database, erp: str, port: ErpPort) -> None:
        self._database = database
        self._erp = erp
        self._port = port
        self._job = f"read back {erp}"[:40]

    def look(self, now: datetime | None = None) -> int:
        """Look at the next orders; return how many documents were undone there.

        The ERP is read before the transaction begins; raises ``ErpError``.
        """
        at = now or datetime.now(UTC)
        with self._database.read() as connection:
            after = job_cursors.read(connection, self._job)
            page = self._page(connection, after, at)
        if not page:
            if after:
                retry_conflicts(lambda: self._move(0))
            return 0
        orders = sorted({record.order_id for record in page})
        undone = {row.key for row in self._port.booked(orders) if row.reversed}
        found = [record.posting_id for record in page if record.posting_id in undone]
        return retry_conflicts(lambda: self._settle(found, page[-1].seq, at))

    def _page(self, connection: Connection, after: int, now: datetime) -> list[PostingRecord]:
        return postings.read_posted(
            connection,
            self._erp,
            after=after,
            changed_after=now - LOOKED_AT_FOR,
            changed_before=now - SETTLED_AFTER,
            limit=PAGE_POSTINGS,
        )

    def _settle(self, posting_ids: Sequence[str], position: int, now: datetime) -> int:
        with self._database.write() as connection:
            job_cursors.lock(connection, self._job)
            job_cursors.move(connection, self._job, position)
            if not posting_ids:
                return 0
            with open_trail(connection, now) as trail:
                return self._undo(connection, trail, posting_ids)

    def _undo(self, connection: Connection, trail: Trail, posting_ids: Sequence[str]) -> int:
        """Record as undone what is still posted now that nobody else can change it."""
        records = postings.read_many(connection, posting_ids)
        undone = [
            Change(
                record,
                "reversed",
                "posting_reversed_in_erp",
                outcome=f"undone in {self._erp} by somebody there",
            )
            for record in records
            if record.state == "posted"
        ]
        changes.apply(connection, trail, undone, "worker")
        return len(undone)

    def _move(self, position: int) -> None:
        with self._database.write() as connection:
            job_cursors.lock(connection, self._job)
            job_cursors.move(connection, self._job, position)
