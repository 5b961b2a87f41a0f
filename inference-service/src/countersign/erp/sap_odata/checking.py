"""Checking: the way to SAP, one step after the other, so that the first that fails is told."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from countersign.erp.errors import ErpError
from countersign.erp.port import CheckStep
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.services import Service

TIMEOUT_S = 10.0


def check_steps(base_url: str, ca: str, client: Client, profile: Profile) -> Iterator[CheckStep]:
    """Try name, connection, login, token, then each service; stop where nothing can follow."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    for step in (_name(host, port), _connection(host, port, parts.scheme, ca)):
        yield step
        if not step.passed:
            return
    needed = _needed(profile)
    for step in (_login(client, needed[0]), _token(client, needed[0])):
        yield step
        if not step.passed:
            return
    for service in needed:
        yield _service(client, service, needed=True)
    for service in services.OPTIONAL:
        yield _service(client, service, needed=False)


def _needed(profile: Profile) -> tuple[Service, ...]:
    common = services.NEEDED[2:]
    if profile.orders == "process":
        return (*services.NEEDED_FOR_PROCESS, *common)
    if profile.orders == "both":
        return (*services.NEEDED, *services.NEEDED_FOR_PROCESS)
    return services.NEEDED


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
                return CheckStep(
                    "TLS", True, f"port {port} answers; the connection is not encrypted"
                )
            context = ssl.create_default_context(cafile=ca or None)
            with context.wrap_socket(plain, server_hostname=host) as secured:
                certificate = secured.getpeercert() or {}
                until = certificate.get("notAfter", "unknown")
                return CheckStep("TLS", True, f"{secured.version()}, certificate until {until}")
    except ssl.SSLCertVerificationError as error:
        text = f"the certificate is not trusted: {error.verify_message}; give its CA with ca="
        return CheckStep("TLS", False, text)
    except OSError as error:
        return CheckStep("TLS", False, f"{host}:{port} does not answer: {error}")


def _login(client: Client, service: Service) -> CheckStep:
    try:
        client.probe(service)
    except ErpError as error:
        if error.code in ("LOGIN_REFUSED", "TOKEN_REFUSED") or error.verdict == "retry":
            return CheckStep("login", False, error.text)
    return CheckStep("login", True, "SAP accepts the user")


def _token(client: Client, service: Service) -> CheckStep:
    try:
        client.fetch_token(service)
    except ErpError as error:
        return CheckStep("CSRF token", False, error.text)
    return CheckStep("CSRF token", True, f"{service.name} gives one")


def _service(client: Client, service: Service, *, needed: bool) -> CheckStep:
    name = f"{service.name}: {service.purpose}"
    try:
        client.probe(service)
    except ErpError as error:
        return CheckStep(name, False, error.text, needed)
    return CheckStep(name, True, "active, and the user may read it", needed)
