"""Reaching SAP: the name and the connection, before anybody logs in."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from countersign.erp.port import CheckStep

TIMEOUT_S = 10.0


def reach(base_url: str, ca: str) -> Iterator[CheckStep]:
    """Try the name, then the connection and its certificate."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    yield _name(host, port)
    yield _connection(host, port, parts.scheme, ca)


def _name(host: str, port: int) -> CheckStep:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return CheckStep("name", False, f"{host} is not known to the DNS: {error}")
    return CheckStep("name", True, f"{host} is {found[0][4][0]}")


def _connection(host: str, port: int, scheme: str, ca: str) -> CheckStep:
    try:
        with socket.create_connection((host, port), TIMEOUT_S) as plain:
            if scheme != "https":
                return CheckStep("connection", True, f"port {port} answers; it is not encrypted")
            context = ssl.create_default_context(cafile=ca or None)
            with context.wrap_socket(plain, server_hostname=host) as secured:
                certificate = secured.getpeercert() or {}
                until = certificate.get("notAfter", "unknown")
                return CheckStep("TLS", True, f"{secured.version()}, certificate until {until}")
    except ssl.SSLCertVerificationError as error:
        text = f"the certificate is not trusted: {error.verify_message}; give its CA with ca="
        return CheckStep("TLS", False, text)
    except OSError as error:
        return CheckStep("connection", False, f"{host}:{port} does not answer: {error}")
