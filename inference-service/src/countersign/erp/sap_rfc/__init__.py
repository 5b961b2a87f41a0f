"""The connector of SAP S/4HANA on premises and ECC by BAPIs over RFC."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from countersign.erp.errors import ConfigurationError
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_rfc.connector import SapRfc
from countersign.erp.sap_rfc.nwrfc import NwRfcTransport
from countersign.erp.sap_rfc.strict import StrictTransport
from countersign.erp.sap_rfc.transport import RfcTransport

OPTIONS = (
    "client",
    "group",
    "lang",
    "msserv",
    "saprouter",
    "snc_lib",
    "snc_myname",
    "snc_partnername",
    "snc_qop",
    "sysid",
    "sysnr",
)
"""What is passed on to the RFC library."""

__all__ = ["SapRfc", "from_url"]


def from_url(url: str) -> SapRfc:
    """Return the connector for ``sap-rfc+rfc://user:password@host?sysnr=00&client=100``.

    With ``group`` the host is the message server of a logon group. ``sap-rfc+http://`` reaches the
    sandbox instead of a real system. Options: those of ``OPTIONS`` and of
    :class:`~countersign.erp.sap.profile.Profile`.

    Raises:
        ConfigurationError: user or password is missing, or an option is unknown.
    """
    parts = urlsplit(url)
    if not (parts.hostname and parts.username and parts.password):
        raise ConfigurationError(
            "The address of SAP needs user, password and host.", code="ERP_ADDRESS"
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    logon = {name: options.pop(name) for name in OPTIONS if name in options}
    logon |= {"user": unquote(parts.username), "passwd": unquote(parts.password)}
    profile = Profile.of(options)
    if profile.orders != "production":
        raise ConfigurationError(
            "SAP by RFC confirms production orders only; process orders go by sap-odata.",
            code="ERP_ADDRESS",
        )
    return SapRfc(_transport(parts.scheme, parts.hostname, parts.netloc, logon, profile), profile)


def _transport(
    scheme: str, host: str, netloc: str, logon: dict[str, str], profile: Profile
) -> RfcTransport:
    protocol = scheme.partition("+")[2]
    if protocol in ("http", "https"):
        base_url = f"{protocol}://{netloc.rpartition('@')[2]}"
        return StrictTransport(
            base_url,
            logon,
            connect_timeout_s=profile.connect_timeout_s,
            call_timeout_s=profile.call_timeout_s,
        )
    server = {"mshost": host} if "group" in logon else {"ashost": host, "sysnr": "00"}
    return NwRfcTransport({**server, **logon}, call_timeout_s=profile.call_timeout_s)
