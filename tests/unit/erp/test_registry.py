"""An address names its connector."""

from __future__ import annotations

from pathlib import Path

import pytest

from countersign.erp.demo_erp import DemoErp
from countersign.erp.errors import ConfigurationError
from countersign.erp.registry import PACKAGES, connect, error_table


def test_an_address_gives_its_connector_without_calling_anything() -> None:
    connector = connect("sandbox+http://clerk:s%3Acret@127.0.0.1:1?call_timeout_s=7&settle_s=1.5")
    assert isinstance(connector, DemoErp)
    capabilities = connector.capabilities()
    assert (capabilities.name, capabilities.call_timeout_s) == ("sandbox", 7)
    assert capabilities.settle_s == 1.5
    connector.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://clerk:pw-secret@127.0.0.1:1",
        "sap+http://clerk:pw-secret@127.0.0.1:1",
        "sandbox+ftp://clerk:pw-secret@127.0.0.1:1",
        "sandbox+http://127.0.0.1:1",
        "sandbox+http://clerk:pw-secret@127.0.0.1",
        "sandbox+http://clerk:pw-secret@127.0.0.1:1?speed=9",
        "sandbox+http://clerk:pw-secret@127.0.0.1:1?settle_s=soon",
        "sandbox+http://clerk:pw-secret@127.0.0.1:1?settle_s=0",
        "sandbox+http://clerk:pw-secret@127.0.0.1:1?settle_s=nan",
        "sandbox+http://clerk:pw-secret@127.0.0.1:port",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(url)
    assert caught.value.text.endswith(".")
    assert "pw-secret" not in caught.value.text


@pytest.mark.parametrize("scheme", sorted(PACKAGES))
def test_every_connector_tells_what_its_codes_mean(scheme: str) -> None:
    table = error_table(f"{scheme}+http://clerk:secret@127.0.0.1:1")
    assert table.queue_of("CONNECTION_REFUSED") == "connection"


def test_an_installations_own_rows_are_read_over_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(
        "code,verdict,entity,field,text,verified,queue\nZZ/001,rejected,,,Own.,yes,stock\n",
        encoding="utf-8",
    )
    table = error_table(f"sap-odata+http://clerk:secret@127.0.0.1:1?triage={own}")
    assert (table.queue_of("ZZ/001"), table.queue_of("F5/201")) == ("stock", "period")
    assert not error_table("unheard+of://x").rows
