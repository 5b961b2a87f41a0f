"""The ERPs that the demo can book into: how each is started, filled with orders, taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from environment.tryton import Order, Plant, plant_at
from tests.sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

OPTIONS = "call_timeout_s=20&settle_s=1"
"""Short times, so that what a killed worker had under way is read back soon."""

SAP_SITE = "1010"
SAP_LOCATION, SAP_RECEIVING_LOCATION = "101A", "101B"
Report = Callable[[str], None]


class DemoErp(Protocol):
    """An ERP with the demo plant in it.

    ``confirms_every_operation``: a confirmation shows its yield at every operation, not only at
    the last one, where it reaches stock. ``decimals``: how finely it keeps quantities.
    """

    name: str
    confirms_every_operation: bool
    decimals: int

    @property
    def address(self) -> str:
        """Return the address under which the service connects."""

    def start(self, orders: Sequence[Order], cost_centers: Sequence[str]) -> None:
        """Start the ERP and create the orders."""

    def stop(self) -> None:
        """Stop it for good."""

    def go_away(self) -> None:
        """Let nobody reach it."""

    def come_back(self) -> None:
        """Let it be reached again where it was."""

    def remove(self) -> None:
        """Stop what a demo that was killed has left running, and delete it."""


class Tryton:
    """Tryton with its PostgreSQL, in a folder."""

    name = "tryton"
    confirms_every_operation = False
    decimals = 6

    def __init__(self, home: Path, report: Report) -> None:
        self._home = home
        self._report = report
        self._running: Plant | None = None

    @property
    def address(self) -> str:
        """Return the address of its connector."""
        plant = self._plant
        rest = plant.url.removeprefix("http://").rstrip("/")
        return f"tryton+http://{quote(plant.user)}:{quote(plant.password)}@{rest}?{OPTIONS}"

    def start(self, orders: Sequence[Order], cost_centers: Sequence[str]) -> None:
        """Start it and create the orders; it keeps no cost centres."""
        self._running = plant_at(self._home, self._report)
        self._running.start()
        self._running.create_orders(orders)

    def stop(self) -> None:
        """Stop Tryton and PostgreSQL; the data stays."""
        if self._running is not None:
            self._running.stop()

    def go_away(self) -> None:
        """Stop Tryton alone."""
        self._plant.stop_server()

    def come_back(self) -> None:
        """Start Tryton on its port again."""
        self._plant.start_server()

    def remove(self) -> None:
        """Delete the plant."""
        plant_at(self._home, self._report).remove()

    @property
    def _plant(self) -> Plant:
        if self._running is None:
            raise RuntimeError("Tryton was not started")
        return self._running


class SapSandbox:
    """The SAP sandbox, reached by OData; its plant, places and reasons have SAP's short names.

    Its customising remarks on over-delivery and takes it, as Tryton does until an order is closed.
    """

    name = "sap"
    confirms_every_operation = True
    decimals = 3

    def __init__(self, home: Path, _report: Report) -> None:
        self._home = home
        self._process = SapSandboxProcess(home)
        self._scrap_cost_center = ""

    @property
    def address(self) -> str:
        """Return the address of its connector."""
        host = self._process.url.removeprefix("http://")
        options = f"client=100&sites={SITE}&codes={quote(str(self._codes))}&{OPTIONS}"
        options += f"&final_confirmations=keep_open&scrap_cost_center={self._scrap_cost_center}"
        options += f"&issue_location={SAP_LOCATION}"
        return f"sap-odata+http://{USER}:{PASSWORD}@{host}?{options}"

    def start(self, orders: Sequence[Order], cost_centers: Sequence[str]) -> None:
        """Start it with the plant and create the orders under SAP's own numbers."""
        self._home.mkdir(parents=True, exist_ok=True)
        self._codes.write_text(CODES)
        self._scrap_cost_center = cost_centers[0]
        self._process.start()
        self._process.settings(overdelivery="warning")
        self._process.seed({"cost_centers": [{"cost_center": name} for name in cost_centers]})
        for order in orders:
            self._process.new_order(
                order.material, order.quantity, storage_location=SAP_RECEIVING_LOCATION
            )

    def stop(self) -> None:
        """End the process; the data stays."""
        self._process.close()

    def go_away(self) -> None:
        """End the process as a power cut would."""
        self._process.kill()

    def come_back(self) -> None:
        """Start the process on its ports again."""
        self._process.start()

    def remove(self) -> None:
        """Leave the folder to whoever deletes it: a sandbox ends with the demo that started it."""

    @property
    def _codes(self) -> Path:
        return self._home / "sap-codes.csv"


SITE = "WH"
"""The plant in the floor's words: the warehouse in Tryton."""

CODES = f"""kind,ours,sap,verified
plant,{SITE},{SAP_SITE},yes
unit,C62,PC,yes
unit,KGM,KG,yes
work_center,WC-CUT-01,CUT-01,yes
work_center,WC-ASSY-05,ASSY-05,yes
work_center,WC-PACK-02,PACK-02,yes
variance_reason,CRACK,0003,yes
variance_reason,SETUP,0013,yes
variance_reason,TOOL,0015,yes
movement_reason,CRACK,0003,yes
movement_reason,SETUP,0013,yes
movement_reason,TOOL,0015,yes
"""
"""What an ERP team would write: the plant's own words and what their SAP calls them."""

ERPS: dict[str, Callable[[Path, Report], DemoErp]] = {
    "tryton": Tryton,
    "sap-sandbox": SapSandbox,
}
