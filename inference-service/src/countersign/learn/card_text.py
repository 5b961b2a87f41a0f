"""A model card in words: what a controller has to know before trusting a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

QUESTIONS = {
    "classify": "which {target} a row has",
    "rank": "which {target} is right, out of those booked before",
    "regress": "how large {target} will be",
    "quantile": "an amount of {target} that is rarely exceeded",
    "occurrence": "whether {target} happens",
    "remaining_life": "how long until the end of a unit ({target})",
}
BETTER_WHEN_LOWER = ("mae", "rmse", "loss", "error")
MOST_FEATURES = 20


def describe(card: Mapping[str, Any], *, is_active: bool = False) -> str:
    """Return the card as text."""
    kind = card.get("kind", "classify")
    lines = [
        f"{card['task']} {card['version']}{' (in use)' if is_active else ''}",
        "",
        f"It tells {QUESTIONS[kind].format(target=card.get('target') or 'the answer')}.",
    ]
    if card.get("labels") and kind == "classify":
        lines.append(f"Possible answers: {', '.join(card['labels'])}.")
    features = list(card.get("columns") or card["features"])
    more = len(features) - MOST_FEATURES
    shown = ", ".join(features[:MOST_FEATURES]) + (f" and {more} more" if more > 0 else "")
    rows = ", ".join(f"{count} {name}" for name, count in card.get("rows", {}).items())
    lines += [
        f"It reads: {shown}.",
        f"Rows: {rows}. Data SHA-256 {card['data_sha256'][:16]}.",
        f"Measured {card.get('split', '')}.",
        "",
        *_figures(card),
    ]
    if card.get("notice"):
        lines += ["", f"Note: {card['notice']}"]
    for alarm in card.get("alarms", ()):
        lines.append(f"Alarm: {alarm}")
    lines += ["", *_thresholds(card)]
    return "\n".join(lines).rstrip()


def _figures(card: Mapping[str, Any]) -> list[str]:
    baselines = card.get("baselines", {})
    lines = ["How good it is, beside what needs no model:"]
    scale = card.get("spec", {}).get("scale_column")
    if scale:
        lines.append(f"  (amounts and what they are off by: as shares of {scale})")
    for name, value in card["metrics"].items():
        held = [
            f"{other.removesuffix(name).rstrip('_') or 'without a model'} {told:g}"
            for other, told in baselines.items()
            if other.endswith(name)
        ]
        lines.append(f"  {name}: {value:g}" + (f" ({', '.join(held)})" if held else ""))
    if not is_worth_it(card):
        lines.append("It is no better than what needs no model: do not use it.")
    return lines


def is_worth_it(card: Mapping[str, Any]) -> bool:
    """Tell whether the model beats every guess that needs none, by its first shared figure.

    Whether something happens is judged by its probability: of what is rare, "never" is mostly
    right and of no use.
    """
    metrics, baselines = card["metrics"], card.get("baselines", {})
    if card.get("kind") == "occurrence" and "log_loss" in baselines:
        return bool(metrics["log_loss"] < baselines["log_loss"])
    for name, value in metrics.items():
        rivals = [told for other, told in baselines.items() if other.endswith(name)]
        if rivals and name.endswith(BETTER_WHEN_LOWER):
            return bool(value < min(rivals))
        if rivals:
            return bool(value > max(rivals))
    return True


def _thresholds(card: Mapping[str, Any]) -> list[str]:
    table = card.get("thresholds") or []
    if not table:
        return []
    lines = ["From which confidence on how much is let through, and how much of that was right:"]
    for row in table:
        lines.append(
            f"  {row['threshold']:.2f}: {row['coverage']:.0%} let through, {row['accuracy']:.1%} "
            f"right, at least {row['lower_bound']:.1%} with 95 % certainty"
        )
    lines.append("What may go without a person follows from confirmed outcomes, not from this.")
    return lines
