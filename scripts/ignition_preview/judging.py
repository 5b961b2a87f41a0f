"""What is wrong with a rendered page, measured in Chromium; see ``judge.js``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = (Path(__file__).resolve().parent / "judge.js").read_text("utf-8")
SMALLEST_TEXT_PX = {"panel": 16, "desktop": 14, "phone": 16}
LIMITS = {
    "contrast": 7.0,
    "icon_contrast": 3.0,
    "target_px": 48,
    "main_action_px": 76,
    "main_action_gap_px": 50,
}
"""20 mm and 13 mm at 96 dpi for the main actions, 7:1 for every text."""


def judge(page: Page, size: str) -> list[str]:
    """Return the faults of the document that a browser page shows, each with its place."""
    limits = LIMITS | {
        "text_px": SMALLEST_TEXT_PX[size],
        "main_actions_in_sight": size != "phone",
    }
    faults: list[dict[str, Any]] = page.evaluate(SCRIPT, limits)
    return [
        f"{fault['kind']}: {fault['view']} {fault['component']}: {fault['detail']}"
        for fault in faults
    ]
