"""The documentation page shows every operation that the interface has."""

from __future__ import annotations

from pathlib import Path

import yaml

from countersign.settings import Settings
from countersign.web.app import create_app

ROOT = Path(__file__).resolve().parents[2]


def test_every_operation_and_its_scopes_stand_on_the_page(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/service.sqlite", models_dir=tmp_path / "models"
    )
    app = create_app(settings)
    answer = app.test_client().get("/docs")
    page = answer.get_data(as_text=True)
    described = yaml.safe_load((ROOT / "shared-contracts" / "openapi.yaml").read_text())
    operations = [
        operation
        for item in described["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict) and "operationId" in operation
    ]
    missing = [one["operationId"] for one in operations if f'id="{one["operationId"]}"' not in page]
    assert answer.status_code == 200
    assert operations
    assert missing == []
    app.extensions["countersign"].close()
