"""What can go wrong on the way to an ERP, and the verdict the worker obeys.

ErpError
├── Transient           retry: lock, time-out before sending, 429, 503, maintenance
├── OutcomeUnknown      sent and no answer: read back by our key before anything else
├── BusinessRejection   a person corrects: closed period, unknown material, deficit of stock
├── ContractError       our request is wrong: never sent again as it is, shown to a person
└── ConfigurationError  login, destination, authorisation: stop the ERP's streams and alert
"""

from __future__ import annotations


class ErpError(Exception):
    """The ERP, or the way to it, failed.

    ``code`` is the ERP's own code or a stable short name: the fingerprint of the failure together
    with ``entity`` (which material, order …) and ``field``. ``retry_after_s`` is the pause that
    the ERP asked for, in seconds.
    """

    verdict = "rejected"

    def __init__(
        self,
        text: str,
        *,
        code: str = "",
        entity: str = "",
        field: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.entity = entity
        self.field = field
        self.retry_after_s = retry_after_s


class Transient(ErpError):
    """Nothing was booked; the same call may succeed later."""

    verdict = "retry"


class OutcomeUnknown(ErpError):
    """The call may have been booked: no answer came back."""

    verdict = "unknown"


class BusinessRejection(ErpError):
    """The ERP refused for a reason that a person or a rule can correct."""


class ContractError(ErpError):
    """The request is not what the ERP understands; sending it again cannot help."""


class ConfigurationError(ErpError):
    """The connection itself is set up wrongly; every posting would fail."""

    verdict = "stop"
