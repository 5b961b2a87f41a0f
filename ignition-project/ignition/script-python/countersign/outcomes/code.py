"""Outcomes: what became of the events, back on the tags of their work centres."""

from __future__ import absolute_import, unicode_literals

import os

import countersign.disk as disk
import countersign.http as http
import countersign.jobs as jobs

CURSOR_FILE = "outcomes-cursor"
PAGE_SIZE = 500


class OutcomeReader(jobs.Job):
    """Reads the service's outcomes after a durable cursor and shows the newest per work centre."""

    def __init__(self, configuration, service, tags, recent, contact):
        jobs.Job.__init__(self)
        self.contact = contact
        self._configuration = configuration
        self._service = service
        self._tags = tags
        self._recent = recent
        self._path = os.path.join(configuration.journal_folder, CURSOR_FILE)
        self._cursor = self._stored_cursor()

    def work(self):
        """Read and show all outcomes that are new."""
        while not self.is_stopping and self.contact.may_try():
            if self._read_page() < PAGE_SIZE:
                return

    def _read_page(self):
        """Show one page and move the cursor behind it; return how many outcomes it had."""
        try:
            answer = self._service.get_outcomes(self._cursor, PAGE_SIZE)
        except http.Unreachable as problem:
            self.contact.failed("unreachable", "the service cannot be reached: %s" % problem)
            return 0
        page = _page_of(answer)
        if page is None:
            text = "unexpected answer of the service: %s" % answer.summary()
            self.contact.failed("unexpected", text, answer.retry_after_seconds)
            return 0
        self.contact.succeeded()
        if page["items"]:
            self._show(page["items"])
            self._store_cursor(page["next_after"])
        return len(page["items"])

    def _show(self, outcomes):
        newest = {}
        for outcome in outcomes:
            if outcome["source"] == self._configuration.source:
                newest[self._recent.folder_of(outcome["id"])] = outcome
        newest.pop(None, None)
        values = {}
        for folder, outcome in newest.items():
            shown = {
                "LastEventId": outcome["id"],
                "LastState": outcome["state"],
                "LastText": outcome.get("text") or "",
                "LastDocument": outcome.get("document_id") or "",
            }
            for name, value in shown.items():
                values[self._configuration.tag(folder, name)] = value
        if values:
            self._tags.write(values)

    def _stored_cursor(self):
        try:
            with open(self._path, "rb") as stored:
                return int(stored.read())
        except (IOError, OSError, ValueError):
            return 0

    def _store_cursor(self, cursor):
        disk.replace_durably(self._path, b"%d\n" % cursor)
        self._cursor = cursor


def _page_of(answer):
    page = answer.json() if answer.is_good() else None
    if not isinstance(page, dict) or not isinstance(page.get("items"), list):
        return None
    return page if isinstance(page.get("next_after"), int) else None
