"""Checking: the way to SAP, one step after the other, so that the first that fails is told."""

from __future__ import annotations

from collections.abc import Iterator

from countersign.erp.errors import ErpError
from countersign.erp.port import CheckStep
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.reaching import reach
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.services import Service


def check_steps(base_url: str, ca: str, client: Client, profile: Profile) -> Iterator[CheckStep]:
    """Try name, connection, login, token, then each service; stop where nothing can follow."""
    for step in reach(base_url, ca):
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
