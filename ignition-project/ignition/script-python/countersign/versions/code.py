"""Versions: what Ignition 8.1 and 8.3 do differently, asked in one way.

Whether a function exists decides, not the number of the version.
"""

from __future__ import absolute_import, unicode_literals

try:
    from java.lang import Throwable
except ImportError:
    Throwable = OSError

ALL_POINTS = -1
"""Both versions give every stored point then, and interpolate none."""


class NotAvailable(Exception):
    """The gateway cannot tell; the text says why."""


def secret(provider, name):
    """Return a secret of the gateway's secret provider; only 8.3 has one. Raises NotAvailable."""
    if not hasattr(system, "secrets"):
        text = "this version of Ignition keeps no secrets: name a key file instead of %s/%s"
        raise NotAvailable(text % (provider, name))
    try:
        with system.secrets.readSecretValue(provider, name) as value:
            return "%s" % value.getSecretAsString()
    except (Exception, Throwable) as problem:
        raise NotAvailable("the secret %s/%s cannot be read: %s" % (provider, name, problem))


def history(tag_path, begins_at_ms, ends_at_ms):
    """Return the numbers that the historian has of a tag between two instants, oldest first.

    Raises NotAvailable.
    """
    begin, end = system.date.fromMillis(begins_at_ms), system.date.fromMillis(ends_at_ms)
    try:
        if hasattr(system, "historian"):
            points = system.historian.queryRawPoints(
                [tag_path], startTime=begin, endTime=end, returnFormat="Wide", returnSize=ALL_POINTS
            )
        else:
            points = system.tag.queryTagHistory(
                [tag_path], startDate=begin, endDate=end, returnSize=ALL_POINTS, returnFormat="Wide"
            )
        cells = [points.getValueAt(row, 1) for row in range(points.getRowCount())]
    except (Exception, Throwable) as problem:
        raise NotAvailable("%s" % problem)
    return [cell for cell in cells if cell is not None]


def active_alarms():
    """Return the alarms that stand now: (source path, name, priority). Raises NotAvailable."""
    try:
        found = system.alarm.queryStatus(state=["ActiveUnacked", "ActiveAcked"])
        return [
            ("%s" % alarm.getSource(), "%s" % alarm.getName(), "%s" % alarm.getPriority())
            for alarm in found
        ]
    except (Exception, Throwable) as problem:
        raise NotAvailable("%s" % problem)


def client_user():
    """Return name and roles of whoever is logged in to a Vision client."""
    if hasattr(system, "vision") and hasattr(system.vision, "getRoles"):
        name, roles = system.vision.getUsername(), system.vision.getRoles()
    else:
        name, roles = system.security.getUsername(), system.security.getRoles()
    return "%s" % name, ["%s" % role for role in roles]
