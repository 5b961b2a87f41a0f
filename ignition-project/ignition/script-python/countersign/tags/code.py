"""Tags: reading and writing tags of this gateway; the only module that touches ``system.tag``."""

from __future__ import absolute_import, unicode_literals

NOT_FOUND = "Bad_NotFound"
IS_ACTIVE_TAG = "[System]Gateway/Redundancy/IsActive"


class Reading(object):
    """A value as plain Python: DateTime as milliseconds, with quality name and time of change."""

    def __init__(self, value, quality, at_ms):
        self.value = value
        self.quality = quality
        self.at_ms = at_ms
        self.is_good = quality.startswith("Good")

    def is_unusable(self):
        """Tell whether the tag exists but its value cannot be trusted."""
        return not self.is_good and not self.quality.startswith(NOT_FOUND)


class GatewayTags(object):
    """The tags of the gateway that the script runs on."""

    def read(self, paths):
        """Return the readings of tags at one moment; a missing tag has a bad quality."""
        return [reading(each) for each in system.tag.readBlocking(paths)]

    def is_active_gateway(self):
        """Tell whether this gateway is the active one of its pair; a lone one always is."""
        active = self.read([IS_ACTIVE_TAG])[0]
        return not (active.is_good and active.value is False)

    def write(self, values_by_path):
        """Write tags; what a plant has not set up (a missing tag) is left out."""
        paths = sorted(values_by_path)
        system.tag.writeBlocking(paths, [values_by_path[path] for path in paths])


def reading(qualified_value):
    """Return a qualified value of the platform as a Reading."""
    value = qualified_value.value
    if hasattr(value, "getTime"):
        value = value.getTime()
    return Reading(value, "%s" % qualified_value.quality, qualified_value.timestamp.getTime())
