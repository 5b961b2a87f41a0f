"""Master data: the ERP's released orders, kept on the gateway for the time the service is away.

A scheduled event reads them from the service. They are on the disk as well, so that a gateway that
starts while the service is down still knows them. Screens list them, and what a person enters is
compared with them; an order that is not among them may be a new one, so it is only pointed out.
"""

from __future__ import absolute_import, unicode_literals

import io
import json
import os
import threading

import countersign.disk as disk
import countersign.http as http

FILE_NAME = "orders.json"
PAGE_SIZE = 500
MOST_ORDERS = 20000


class MasterData(object):
    """The orders as they were read last."""

    def __init__(self, folder, service, clock_ms):
        self._path = os.path.join(folder, FILE_NAME)
        self._service = service
        self._clock_ms = clock_ms
        self._running = threading.Lock()
        self._kept = self._stored()

    def refresh(self):
        """Read all released orders; what was known stays when that fails. Returns why it did."""
        with self._running:
            try:
                orders = self._read_all()
            except http.Unreachable as problem:
                return "the service cannot be reached: %s" % problem
            if orders is None:
                return "the service does not list its orders"
            kept = {"read_at_ms": self._clock_ms(), "items": orders}
            disk.replace_durably(self._path, json.dumps(kept, sort_keys=True).encode("ascii"))
            self._kept = kept
            return None

    def orders(self):
        """Return ``items`` as the service lists them, and ``read_at_ms``, None before the first."""
        return self._kept

    def order(self, order_id):
        """Return an order, None when it is not among the known ones."""
        for order in self._kept["items"]:
            if order["order_id"] == order_id:
                return order
        return None

    def remark(self, data):
        """Return in words what of a report's order is not known, empty when all is well."""
        if self._kept["read_at_ms"] is None:
            return ""
        order = self.order(data.get("order_id"))
        if order is None:
            return "order %s is not among the released ones" % data.get("order_id")
        operations = [each["operation_id"] for each in order.get("operations", ())]
        if data.get("operation_id") not in operations:
            text = "order %s has the operations %s"
            return text % (order["order_id"], ", ".join(operations) or "none")
        return ""

    def _read_all(self):
        found, after = [], ""
        while len(found) < MOST_ORDERS:
            query = {"limit": PAGE_SIZE}
            if after:
                query["after"] = after
            answer = self._service.get(http.ORDERS_PATH, query)
            page = answer.json() if answer.is_good() else None
            if not isinstance(page, dict) or not isinstance(page.get("items"), list):
                return None
            found += page["items"]
            after = page.get("next_after")
            if not after:
                break
        return found

    def _stored(self):
        try:
            with io.open(self._path, encoding="ascii") as stored:
                kept = json.load(stored)
        except (IOError, OSError, ValueError):
            kept = None
        if isinstance(kept, dict) and isinstance(kept.get("items"), list):
            return kept
        return {"read_at_ms": None, "items": []}
