"""The connector of SAP S/4HANA by its released OData services, and of its journal by SOAP."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from countersign.erp.errors import ConfigurationError
from countersign.erp.sap.http import Http, Login
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_odata.connector import SapOData
from countersign.erp.sap_odata.journal import CLOUD_PATH

OPTIONS = ("ca", "client", "journal_path", "language", "token_url")

__all__ = ["SapOData", "from_url"]


def from_url(url: str) -> SapOData:
    """Return the connector for ``sap-odata+https://user:password@host?client=100``.

    With ``token_url`` user and password are those of an OAuth2 client. Options of its own:
    ``ca``, ``client``, ``journal_path``, ``language``, ``token_url``; all others are those of
    :class:`~countersign.erp.sap.profile.Profile`.

    Raises:
        ConfigurationError: user or password is missing, or an option is unknown.
    """
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = "?"
    if not (parts.hostname and parts.username and parts.password) or port == "?":
        raise ConfigurationError(
            "The address of SAP needs user, password and host.", code="ERP_ADDRESS"
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    own = {name: options.pop(name, "") for name in OPTIONS}
    profile = Profile.of(options)
    http = Http(
        f"{parts.scheme.partition('+')[2]}://{parts.hostname}{port}",
        Login(unquote(parts.username), unquote(parts.password), own["token_url"]),
        profile.triage,
        connect_timeout_s=profile.connect_timeout_s,
        call_timeout_s=profile.call_timeout_s,
        ca=own["ca"],
    )
    return SapOData(
        http,
        profile,
        sap_client=own["client"],
        language=own["language"],
        journal_path=own["journal_path"] or CLOUD_PATH,
        ca=own["ca"],
    )
