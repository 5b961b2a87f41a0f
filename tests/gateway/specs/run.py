"""Run all specs under Jython: ``jython run.py``; one line of JSON per spec on standard output."""

from __future__ import absolute_import

import json
import os
import sys
import traceback

sys.dont_write_bytecode = True


def main():
    """Run each function ``test_*`` of each file ``spec_*.py`` and report it."""
    folder = os.path.dirname(os.path.abspath(__file__))
    for file_name in sorted(os.listdir(folder)):
        if file_name.startswith("spec_") and file_name.endswith(".py"):
            spec = __import__(file_name[:-3])
            for name in sorted(vars(spec)):
                if name.startswith("test_"):
                    failure = _failure_of(getattr(spec, name))
                    report = {"file": file_name, "name": name, "failure": failure}
                    sys.stdout.write(json.dumps(report) + "\n")
                    sys.stdout.flush()


def _failure_of(test):
    try:
        test()
    except BaseException:
        return traceback.format_exc()
    return None


main()
