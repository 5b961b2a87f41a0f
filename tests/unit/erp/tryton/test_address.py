"""The address of Tryton says where, who and how patiently."""

from __future__ import annotations

import pytest

from countersign.erp.errors import ConfigurationError
from countersign.erp.registry import connect
from countersign.erp.tryton import Tryton


def test_an_address_gives_a_connector_without_calling_anything() -> None:
    connector = connect("tryton+http://cs:p%40ss@127.0.0.1:1/plant?call_timeout_s=7&settle_s=1.5")
    assert isinstance(connector, Tryton)
    capabilities = connector.capabilities()
    assert (capabilities.name, capabilities.max_in_flight) == ("tryton", 1)
    assert (capabilities.call_timeout_s, capabilities.settle_s) == (7, 1.5)


@pytest.mark.parametrize(
    "url",
    [
        "tryton+http://127.0.0.1:1/plant",
        "tryton+http://cs:pw-secret@127.0.0.1:1",
        "tryton+http://cs:pw-secret@127.0.0.1:port/plant",
        "tryton+http://cs:pw-secret@127.0.0.1:1/plant?speed=9",
        "tryton+http://cs:pw-secret@127.0.0.1:1/plant?settle_s=soon",
        "tryton+http://cs:pw-secret@127.0.0.1:1/plant?settle_s=nan",
        "tryton+http://cs:pw-secret@127.0.0.1:1/plant?settle_s=",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(url)
    assert caught.value.text.endswith(".")
    assert "pw-secret" not in caught.value.text
