# -*- coding: utf-8 -*-
"""Start a test gateway: ``jython run.py <settings.json>``.

The settings name the ``project`` folder, the ``tags`` (export nodes of provider default), the
``databases`` (JDBC address by connection), the ``secrets`` of an 8.3 and ``echo`` (log lines on
standard error). When the gateway has started, one line of JSON on standard output names its control
port. The gateway ends with the process that started it: when its standard input is closed.
"""

from __future__ import absolute_import

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from java.lang import Runtime, System, Thread  # noqa: E402

from testgateway.control import ControlPort  # noqa: E402
from testgateway.gateway import Gateway  # noqa: E402
from testgateway.tagengine import Task  # noqa: E402


def main():
    """Run one gateway until its control port is asked to stop it."""
    with open(sys.argv[1], "rb") as settings_file:
        settings = json.load(settings_file)
    gateway = Gateway(
        settings["project"],
        settings["tags"],
        sys.stderr if settings.get("echo") else None,
        settings.get("databases"),
        settings.get("secrets"),
        settings.get("is_active"),
    )
    watch = Thread(Task(_end_with_the_starter), "starter")
    watch.setDaemon(True)
    watch.start()
    gateway.start()
    control = ControlPort(gateway)
    sys.stdout.write(json.dumps({"port": control.port}) + "\n")
    sys.stdout.flush()
    control.wait_for_stop()
    System.exit(0)


def _end_with_the_starter():
    while getattr(System, "in").read() != -1:
        pass
    Runtime.getRuntime().halt(1)


main()
