"""What the service says, as the specs of screens see it: examples of the contracts, changed."""

from __future__ import absolute_import, unicode_literals

import copy
import io
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
EXAMPLES = os.path.join(ROOT, "shared-contracts", "examples", "v1", "valid")


def example(message, name, **changes):
    """Return a valid example of a message with some members changed; None takes one out."""
    path = os.path.join(EXAMPLES, message, name + ".json")
    with io.open(path, encoding="utf-8") as example_file:
        found = json.load(example_file)
    found = copy.deepcopy(found)
    for member, value in changes.items():
        if value is None:
            found.pop(member, None)
        else:
            found[member] = value
    return found


def answer(payload=None, read_at_ms=0, problem=None):
    """Return what the board answers."""
    return {"payload": payload, "read_at_ms": read_at_ms, "problem": problem}
