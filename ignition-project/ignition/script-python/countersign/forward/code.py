"""Forward: hands the journal over to the service, in order, until the service has answered.

The service knows an event by its id, so sending a batch again after a lost answer does no harm.
An event that the service can never take goes to the dead letters; everything else stays in the
journal until it is taken.
"""

from __future__ import absolute_import, unicode_literals

import countersign.http as http
import countersign.jobs as jobs

TAKEN = ("accepted", "duplicate")
KEY_REFUSED = (401, 403)
ASKS_FOR_PAUSE = (429, 503)
REFUSES_CONTENT = (400, 409, 413, 415, 422)


class Forwarder(jobs.Job):
    """Takes events from the journal to the service; one run at a time."""

    def __init__(self, journal, dead_letters, service, contact, alarms, batch_size):
        jobs.Job.__init__(self)
        self.contact = contact
        self._journal = journal
        self._dead_letters = dead_letters
        self._service = service
        self._alarms = alarms
        self._batch_size = batch_size
        self._limit = batch_size

    def work(self):
        """Hand over all that waits, or as much as the service takes now."""
        while not self.is_stopping and self.contact.may_try():
            batch = self._journal.next_batch(self._limit)
            if not batch.lines:
                return
            if batch.records:
                self._hand_over(batch)
            else:
                self._journal.acknowledge(batch)

    def _hand_over(self, batch):
        body = "[" + ",".join(record.text for record in batch.records) + "]"
        try:
            answer = self._service.post_events(body)
        except http.Unreachable as problem:
            self.contact.failed("unreachable", "the service cannot be reached: %s" % problem)
            return
        if answer.status in KEY_REFUSED:
            text = "the service refuses the key of this gateway: %s" % answer.summary()
            self._alarms.set("service", text)
            self.contact.failed("key refused", text, answer.retry_after_seconds)
        elif answer.status in ASKS_FOR_PAUSE:
            text = "the service asks for a pause: %s" % answer.summary()
            self.contact.failed("pause", text, answer.retry_after_seconds)
        elif answer.status in REFUSES_CONTENT and answer.problem() is not None:
            self._divide(batch, answer)
        elif answer.is_good() and self._is_complete(answer, batch):
            self._settle(batch, answer.json()["results"])
        else:
            text = "unexpected answer of the service: %s" % answer.summary()
            if not answer.is_server_error():
                self._alarms.set("service", text)
            self.contact.failed("unexpected", text, answer.retry_after_seconds)

    def _is_complete(self, answer, batch):
        content = answer.json()
        results = content.get("results") if isinstance(content, dict) else None
        return (
            isinstance(results, list)
            and len(results) == len(batch.records)
            and all(isinstance(result, dict) for result in results)
        )

    def _settle(self, batch, results):
        """Move on behind the events that have their answer; the rest is sent again."""
        settled = 0
        for record, result in zip(batch.records, results):
            if result.get("status") not in TAKEN:
                problem = result.get("problem") or {}
                if problem.get("status") not in REFUSES_CONTENT:
                    break
                self._refuse(record, problem)
            settled += 1
        if settled == len(results):
            self._journal.acknowledge(batch)
            self._limit = min(self._batch_size, self._limit * 2)
            self._alarms.clear("service")
            self.contact.succeeded()
            return
        if settled:
            self._journal.acknowledge(batch.first(settled))
        text = "the service could not take an event now: %s" % (results[settled],)
        self.contact.failed("event postponed", text)

    def _divide(self, batch, answer):
        """Send less at a time, until the one event is found that the service refuses."""
        if len(batch.records) > 1:
            self._limit = len(batch.records) // 2
            return
        self._refuse(batch.records[0], answer.problem())
        self._journal.acknowledge(batch)

    def _refuse(self, record, problem):
        reasons = http.reasons_of(problem)
        self._dead_letters.add(http.parsed(record.text), reasons)
        self._alarms.set("dead letters", "the service refuses an event: %s" % "; ".join(reasons))
