"""Trouble on purpose: the worker, the service and the gateway are killed, the ERP goes away."""

from __future__ import annotations

import threading

from demo_shift.installation import Installation

AWAY_S = 10.0


class Trouble:
    """Strikes at set shares of the shift, once each."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._due = [
            (0.20, self._kill_worker),
            (0.40, self._kill_service),
            (0.55, self._take_erp_away),
            (0.75, self._kill_gateway),
        ]
        self._back: threading.Timer | None = None

    def strike(self, number: int, total: int) -> None:
        """Do what is due after so many of the events."""
        while self._due and number >= self._due[0][0] * total:
            _, act = self._due.pop(0)
            act()

    def end(self) -> None:
        """Wait until the ERP is back."""
        if self._back is not None:
            self._back.join()

    def _kill_worker(self) -> None:
        self._installation.report("trouble: SIGKILL to the worker")
        self._installation.worker.kill()
        self._installation.worker.start()

    def _kill_service(self) -> None:
        self._installation.report("trouble: SIGKILL to the service")
        self._installation.service.kill()
        self._installation.start_service()

    def _take_erp_away(self) -> None:
        self._installation.report(f"trouble: the ERP is away for {AWAY_S:.0f} s")
        self._installation.erp.go_away()
        self._back = threading.Timer(AWAY_S, self._bring_erp_back)
        self._back.start()

    def _bring_erp_back(self) -> None:
        self._installation.erp.come_back()
        self._installation.report("the ERP is back")

    def _kill_gateway(self) -> None:
        self._installation.report("trouble: SIGKILL to the gateway")
        self._installation.running_gateway.kill()
        self._installation.start_gateway()
