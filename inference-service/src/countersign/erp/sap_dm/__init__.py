"""The connector of SAP Digital Manufacturing, which confirms to S/4HANA itself."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from countersign.erp.errors import ConfigurationError
from countersign.erp.port import ErpPort
from countersign.erp.registry import connect
from countersign.erp.sap.http import Http, Login
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_dm.activities import Activities
from countersign.erp.sap_dm.connector import SapDm

OPTIONS = ("activity_ids", "ca", "s4", "token_url")

__all__ = ["SapDm", "from_url"]


def from_url(url: str) -> SapDm:
    """Return the connector for ``sap-dm+https://client:secret@api.eu20.dmc.cloud.sap?token_url=…``.

    Options of its own: ``activity_ids`` (``machine:MACH,labor:LABR``), ``ca``, ``token_url``, and
    ``s4``, the address of S/4HANA from which materials with their prices and stock are read. All
    others are those of :class:`~countersign.erp.sap.profile.Profile`, of which ``sites`` must be
    given: Digital Manufacturing shows nothing without a plant.

    Raises:
        ConfigurationError: client, secret, token address or plants are missing, an option is
            unknown, or S/4HANA would be confirmed to by us as well.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    own = {name: options.pop(name, "") for name in OPTIONS}
    profile = Profile.of(options)
    if not (parts.hostname and parts.username and parts.password and own["token_url"]):
        raise _refused("needs client id, secret, host and the option token_url")
    if not profile.sites:
        raise _refused("needs the option sites: the plants whose orders are confirmed, by comma")
    try:
        port = f":{parts.port}" if parts.port else ""
        activities = Activities.of(own["activity_ids"])
    except ValueError as error:
        raise _refused(f"is not understood: {error}") from error
    http = Http(
        f"{parts.scheme.partition('+')[2]}://{parts.hostname}{port}",
        Login(unquote(parts.username), unquote(parts.password), own["token_url"]),
        profile.triage,
        connect_timeout_s=profile.connect_timeout_s,
        call_timeout_s=profile.call_timeout_s,
        ca=own["ca"],
    )
    return SapDm(http, profile, activities, s4=_s4(own["s4"]), ca=own["ca"])


def _s4(address: str) -> ErpPort | None:
    """Return the connector of S/4HANA, which must leave confirming to Digital Manufacturing."""
    if not address:
        return None
    if dict(parse_qsl(urlsplit(address).query)).get("confirmed_by") != "dm":
        raise _refused("names an S/4HANA without confirmed_by=dm: everything would count twice")
    return connect(address)


def _refused(text: str) -> ConfigurationError:
    return ConfigurationError(
        f"The address of SAP Digital Manufacturing {text}.", code="ERP_ADDRESS"
    )
