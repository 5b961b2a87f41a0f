"""Plain: what a screen hands over, as the dictionaries, lists and texts that JSON knows.

Properties of Perspective look like dictionaries and lists but are objects of the platform that
hang on the session; they must not outlive the script that read them.
"""

from __future__ import absolute_import, unicode_literals

try:
    _TEXTS = (str, unicode)
except NameError:
    _TEXTS = (str, bytes)


def plain(value):
    """Return a value without any object of the platform."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, _TEXTS):
        return value.decode("utf-8") if isinstance(value, bytes) else value
    if hasattr(value, "keys"):
        names = value.keys()
        return {"%s" % name: plain(value[name]) for name in names}
    if hasattr(value, "__iter__"):
        return [plain(each) for each in value]
    if hasattr(value, "value") and hasattr(value, "quality"):
        return plain(value.value)
    if type(value).__name__ == "long":
        return value
    return "%s" % value


def member(value, path):
    """Return what lies at a dotted path of attributes or keys, None where it ends earlier."""
    for name in path.split("."):
        if value is None:
            return None
        value = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return value
