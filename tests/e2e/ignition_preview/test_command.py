"""The command as a person calls it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from e2e.ignition_preview.conftest import PAGES, REPOSITORY
from ignition_preview.scripts import Scripts

COMMAND = str(REPOSITORY / "scripts/preview-ignition")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)


def test_pages_are_written_and_faults_are_told(tmp_path: Path, scripts: Scripts) -> None:
    content = json.loads(PAGES.read_text())
    content["pages"] = [
        {"name": "pad", "view": "Countersign/Parts/NumberPad", "sizes": ["panel"]},
        {"name": "gone", "view": "Countersign/Gone", "sizes": ["panel"]},
    ]
    pages = tmp_path / "pages.json"
    pages.write_text(json.dumps(content))
    done = run("--pages", str(pages), "--open", str(tmp_path / "html"))
    assert done.returncode == 1
    assert done.stderr == 'page gone: there is no view "Countersign/Gone"\n'
    written = sorted(file.name for file in (tmp_path / "html").iterdir())
    assert written == ["gone-panel.html", "index.html", "pad-panel.html"]


def test_unknown_page_is_refused() -> None:
    done = run("nothing-of-this-name")
    assert done.returncode == 2
    assert "pages.json has no nothing-of-this-name" in done.stderr
