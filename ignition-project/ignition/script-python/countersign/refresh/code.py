"""Refresh: reads from the service what screens look at, and puts it on the board."""

from __future__ import absolute_import, unicode_literals

import countersign.board as boards
import countersign.http as http
import countersign.jobs as jobs

NOT_FOUND = 404


class Refresher(jobs.Job):
    """Keeps the board fresh; one run at a time, called by a timer with a thread of its own."""

    def __init__(self, board, service, health, clock_ms, master_data):
        """Take a board, the service, who tells the state of this gateway, and the known orders."""
        jobs.Job.__init__(self)
        self._board = board
        self._service = service
        self._health = health
        self._clock_ms = clock_ms
        self._master_data = master_data

    def work(self):
        """Read all that is due; after one failure to reach the service the rest waits too."""
        unreachable = None
        for entry in self._board.due():
            if self.is_stopping:
                return
            unreachable = self._read(entry, unreachable)

    def _read(self, entry, unreachable):
        """Read one entry; return why the service cannot be reached, or None."""
        answer = None
        if unreachable is None:
            path, query = _path_and_query(entry)
            try:
                answer = self._service.get(path, query)
            except http.Unreachable as problem:
                unreachable = "the service cannot be reached: %s" % problem
        if entry["name"] == "health":
            self._put_up_health(entry, answer, unreachable)
        elif answer is None:
            self._fall_back(entry)
            self._board.failed(entry, unreachable)
        elif answer.is_good() and answer.json() is not None:
            self._board.answered(entry, answer.json(), self._clock_ms())
        else:
            keeps_payload = answer.status != NOT_FOUND
            self._board.failed(entry, answer.summary(), keeps_payload)
        return unreachable

    def _fall_back(self, entry):
        """Put up the orders that the gateway knows, where nothing newer was read."""
        known = self._master_data.orders()
        if entry["name"] == "orders" and entry["answer"]["payload"] is None and known["read_at_ms"]:
            items = [order for order in known["items"] if _is_asked_for(order, entry["params"])]
            self._board.answered(entry, {"items": items}, known["read_at_ms"])

    def _put_up_health(self, entry, answer, unreachable):
        """Put up the state of service and gateway; that of the gateway is always known."""
        service = answer.json() if answer is not None else None
        payload = {"service": service, "gateway": self._health()}
        self._board.answered(entry, payload, self._clock_ms())
        if unreachable is not None:
            self._board.failed(entry, unreachable)
        elif not answer.is_good():
            self._board.failed(entry, answer.summary())


def _is_asked_for(order, params):
    """Tell whether a released order fits what the screen asked the service for."""
    places = [operation.get("work_center_id") for operation in order.get("operations", ())]
    wanted = params.get("work_center_id")
    return (wanted is None or wanted in places) and order["order_id"].startswith(
        params.get("begins_with") or ""
    )


def _path_and_query(entry):
    path, query = boards.PATHS[entry["name"]], {}
    for name, value in entry["params"].items():
        place = "{" + name + "}"
        if place in path:
            path = path.replace(place, http.quoted(value))
        else:
            query[name] = value
    return path, query
