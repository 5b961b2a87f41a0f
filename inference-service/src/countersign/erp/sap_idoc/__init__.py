"""The connector of SAP by IDocs over HTTP-XML, read back by RFC."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from countersign.erp import sap_rfc
from countersign.erp.errors import ConfigurationError
from countersign.erp.sap.http import Http, Login
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_idoc.connector import SapIdoc
from countersign.erp.sap_idoc.inbox import Inbox
from countersign.erp.sap_idoc.partner import Partner

OPTIONS = ("ca", "client", "inbox", "reader", "receiver", "receiver_port", "sender", "sender_port")

__all__ = ["SapIdoc", "from_url"]


def from_url(url: str) -> SapIdoc:
    """Return the connector for ``sap-idoc+https://user:password@host?client=100&reader=…``.

    ``reader`` is the address of the RFC connector of the same system with its logon,
    percent-encoded; how documents are written is told here for both. ``sender``,
    ``receiver`` and their ports are the names of the partner profile; ``inbox`` is the folder of
    LOIPRO files. Other options: :class:`~countersign.erp.sap.profile.Profile`.

    Raises:
        ConfigurationError: something is missing, or an option is unknown.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    own = {name: options.pop(name) for name in OPTIONS if name in options}
    if not (parts.hostname and parts.username and parts.password and own.get("reader")):
        raise _refused("The address of SAP by IDoc needs user, password, host and reader.")
    if not own["reader"].startswith("sap-rfc+"):
        raise _refused("The reader of SAP by IDoc is an address of sap-rfc.")
    profile = Profile.of(options)
    if not profile.backflush:
        raise _refused("A confirmation by IDoc always moves goods as the order says.")
    http = Http(
        f"{parts.scheme.partition('+')[2]}://{parts.netloc.rpartition('@')[2]}",
        Login(unquote(parts.username), unquote(parts.password)),
        profile.triage,
        connect_timeout_s=profile.connect_timeout_s,
        call_timeout_s=profile.call_timeout_s,
        ca=own.pop("ca", ""),
    )
    reader = own.pop("reader")
    reader += ("&" if "?" in reader else "?") + urlencode(options)
    folder = own.pop("inbox", "")
    inbox = Inbox(Path(folder), profile) if folder else None
    partner = Partner(**{"client": "", **own})
    return SapIdoc(http, profile, sap_rfc.from_url(reader), partner, inbox)


def _refused(text: str) -> ConfigurationError:
    return ConfigurationError(text, code="ERP_ADDRESS")
