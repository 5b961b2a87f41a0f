"""Messages broken in every way that a producer, a network or an attacker might break them."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

Path = tuple[str | int, ...]

JUNK: list[Any] = [
    *(None, True, False, 0, 1, -1, 7, 1.0, 0.5, 2.5, -0.0, 1e300, 1e22, 10**30),
    *("", " ", "x", "1.0", "post", "final", "KGM", "kgm", "480", "-1", "0", "00", "1.", ".5"),
    *("1e5", "+1", "-0", "12,5", "1234567890123", "12345678901234", "1.1234567", "٣", "12٣"),
    *(
        "2026-03-02",
        "2024-02-29",
        "2023-02-29",
        "1900-02-29",
        "2000-02-29",
        "2026-3-2",
        "0999-01-01",
    ),
    *("2026-03-02T14:05:09Z", "2026-03-02T14:05:09.123456789+14:00", "2026-03-02T24:00:00Z"),
    *(
        "2026-03-02T14:05:60Z",
        "2026-03-02T14:05:09",
        "2026-03-02 14:05:09Z",
        "2026-03-02t14:05:09Z",
    ),
    *("2026-03-02T14:05:09+25:00", "2026-03-02T14:05:09-00:00", "0000-01-01T00:00:00Z"),
    *(
        "2026-03-02T14:05:09Z\n",
        "2026-03-02T14:05Z",
        "2026-04-31T00:00:00Z",
        "1000-01-01T00:00:00Z",
    ),
    *("ä" * 64, "\U0001f600" * 40, "\U0001f600" * 41, "a\nb", "a\tb", "a\x00", "a\x85b", "\ufffe"),
    *(
        "line\n",
        "\u2028",
        "\U0010ffff",
        "%s",
        "a" * 600,
        "0" * 32,
        "A" * 32,
        "0" * 64,
        "/a/b",
        "/a~2",
    ),
    *([], [1], [[]], [None], {}, {"a": 1}, {"quantity_string": "1", "unit_of_measure": "C62"}),
    *("countersign.scrap-report.v1", "goods_issue", "accepted", "refused", "observe", "open"),
]
NAMES = ["extra", "note", "kind", "data", "problem", "a/b", "~x", "", "ä", "\U0001f600", "quantity"]


def mutations(seed: int, originals: list[tuple[str, Any]], count: int) -> Iterator[tuple[str, Any]]:
    """Give ``count`` pairs of schema and broken message, the same for the same seed."""
    dice = random.Random(seed)
    for _ in range(count):
        schema, message = dice.choice(originals)
        yield schema, mutated(message, dice)


def mutated(message: Any, dice: random.Random) -> Any:
    """Change a message in one to three places."""
    message = copy.deepcopy(message)
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if not isinstance(message, dict | list):
            return message
        path = dice.choice(list(_places(message)))
        if path:
            dice.choice(_CHANGES)(message, path, dice)
        elif dice.random() < 0.2:
            message = copy.deepcopy(dice.choice(JUNK))
        elif isinstance(message, dict):
            message[dice.choice(NAMES)] = copy.deepcopy(dice.choice(JUNK))
    return message


def _places(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for name, entry in value.items():
            yield from _places(entry, (*path, name))
    elif isinstance(value, list):
        for position, entry in enumerate(value):
            yield from _places(entry, (*path, position))


def _holder(message: Any, path: Path) -> Any:
    for step in path[:-1]:
        message = message[step]
    return message


def _replace(message: Any, path: Path, dice: random.Random) -> None:
    _holder(message, path)[path[-1]] = copy.deepcopy(dice.choice(JUNK))


def _remove(message: Any, path: Path, dice: random.Random) -> None:
    del _holder(message, path)[path[-1]]


def _add(message: Any, path: Path, dice: random.Random) -> None:
    target = _holder(message, (*path, ""))
    if isinstance(target, dict):
        target[dice.choice(NAMES)] = copy.deepcopy(dice.choice(JUNK))
    elif isinstance(target, list):
        target.append(copy.deepcopy(dice.choice([*target, *JUNK])))


def _swap(message: Any, path: Path, dice: random.Random) -> None:
    other = dice.choice(list(_places(message)))
    _holder(message, path)[path[-1]] = copy.deepcopy(_holder(message, (*other, "")))


def _stretch(message: Any, path: Path, dice: random.Random) -> None:
    holder, step = _holder(message, path), path[-1]
    value = holder[step]
    if isinstance(value, list):
        value.extend(copy.deepcopy(value) * dice.choice((1, 50, 250)))
    elif isinstance(value, str):
        changes = (value + "\n", value * 10, value[:1], value.lower(), value.upper(), value + "ä")
        holder[step] = dice.choice(changes)


_CHANGES: list[Callable[[Any, Path, random.Random], None]] = [
    *([_replace] * 4),
    *([_remove] * 2),
    *([_add] * 2),
    _swap,
    _stretch,
]
