"""TLS: a certificate that nobody vouches for stops, one of a given CA is taken."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from countersign.erp.errors import ConfigurationError
from countersign.erp.registry import connect
from countersign.erp.sap_odata import SapOData

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")


class _Tokens(BaseHTTPRequestHandler):
    """Gives a token to whoever asks."""

    def do_GET(self) -> None:
        """Answer as a service root does."""
        body = b'{"d":{"results":[]}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("x-csrf-token", "token")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, pem = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(pem), "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return key, pem


@pytest.fixture(scope="module")
def port(certificate: tuple[Path, Path]) -> Iterator[int]:
    key, pem = certificate
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Tokens)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def connected(port: int, options: str = "") -> SapOData:
    connector = connect(f"sap-odata+https://user:secret@127.0.0.1:{port}?client=100{options}")
    assert isinstance(connector, SapOData)
    return connector


def test_a_certificate_that_is_not_trusted_stops(port: int) -> None:
    connector = connected(port)
    with pytest.raises(ConfigurationError) as caught:
        connector.check()
    steps = list(connector.check_steps())
    connector.close()
    assert caught.value.code == "TLS"
    assert [(step.name, step.passed) for step in steps] == [("name", True), ("TLS", False)]
    assert "ca=" in steps[-1].text


def test_the_ca_of_the_company_is_taken(port: int, certificate: tuple[Path, Path]) -> None:
    connector = connected(port, f"&ca={quote(str(certificate[1]), safe='')}")
    connector.check()
    steps = {step.name: step for step in connector.check_steps()}
    connector.close()
    assert steps["TLS"].passed
    assert "certificate until" in steps["TLS"].text
