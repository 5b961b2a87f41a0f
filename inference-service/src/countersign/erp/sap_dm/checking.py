"""Checking: the way to Digital Manufacturing, one step after the other."""

from __future__ import annotations

from collections.abc import Iterator

from countersign.erp.errors import ErpError
from countersign.erp.port import CheckStep
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.reaching import reach
from countersign.erp.sap_dm.client import Client

READS = (
    ("/order/v1/orders/list", "read orders", True),
    ("/material/v1/materials", "read materials", True),
    ("/inventory/v1/inventories", "find lots", False),
)


def check_steps(base_url: str, ca: str, client: Client, profile: Profile) -> Iterator[CheckStep]:
    """Try name, connection and login, then what is read of each plant."""
    for step in reach(base_url, ca):
        yield step
        if not step.passed:
            return
    for site in profile.sites:
        plant = profile.codes.to_sap("plant", site)
        for path, purpose, needed in READS:
            yield _read(client, path, purpose, plant, needed)


def _read(client: Client, path: str, purpose: str, plant: str, needed: bool) -> CheckStep:
    name = f"{path}: {purpose} of plant {plant}"
    try:
        client.read(path, {"plant": plant, "size": "1"})
    except ErpError as error:
        return CheckStep(name, False, error.text, needed)
    return CheckStep(name, True, "the client may read it", needed)
