# -*- coding: utf-8 -*-
# mypy: ignore-errors
"""Answer validation cases under Jython 2.7: FOLDER-OF-CODE.PY CASES ANSWERS, one JSON a line."""

from __future__ import unicode_literals

import io
import json
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True

import code  # noqa: E402 - the validator as the gateway has it


def read(text):
    """Read a case; the JSON reader of Jython itself refuses half characters."""
    try:
        return True, json.loads(text)
    except ValueError:
        return False, None


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def answer(line):
    schema, text = json.loads(line)
    if text == "NESTED":
        return code.errors(schema, nested(10000))
    readable, instance = read(text)
    return code.errors(schema, instance) if readable else "unreadable"


with io.open(sys.argv[2], encoding="ascii") as source:
    cases = source.readlines()
with io.open(sys.argv[3], "w", encoding="ascii") as answers:
    for case in cases:
        answers.write(json.dumps(answer(case)) + "\n")
