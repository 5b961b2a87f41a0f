"""Configuration: where the service is, where the journal lies, how this plant names its tags.

One JSON file on the gateway's disk; the memory tag ``[default]Countersign/ConfigurationFile``
names it. Secrets stand in a file of their own, never in the project and never in a tag::

    {
      "service_url": "https://countersign.plant.example",
      "api_key_file": "/etc/countersign/gateway.key",
      "journal_folder": "/var/lib/countersign/journal",
      "source": "/sites/1000/gateways/gw1",
      "site_id": "1000"
    }
"""

from __future__ import absolute_import, unicode_literals

import io
import json
import os
import re

DEFAULTS = {
    "batch_size": 100,
    "connect_timeout_ms": 3000,
    "request_timeout_ms": 15000,
    "segment_bytes": 4 * 1024 * 1024,
    "journal_age_alarm_seconds": 900,
    "api_key_file": "",
    "api_key_secret": "",
    "context": True,
    "context_alarms": True,
    "history_minutes": 15,
    "history_tags": {},
    "status_folder": "[default]Countersign",
    "tag_names": {},
    "equipment_ids": {},
    "barcode_prefixes": {
        "M-": "material_id",
        "L-": "material_lot_id",
        "O-": "order_id",
    },
    "materials_by_gtin": {},
    "outbox_database": "",
    "outbox_table": "countersign_outbox",
    "roles": {
        "countersign-operator": "operator",
        "countersign-supervisor": "supervisor",
        "countersign-controller": "controller",
        "countersign-erp": "erp",
    },
}
"""What may be left out of the file.

``tag_names`` maps the names of the README to the plant's own, relative to the folder of the work
centre; ``equipment_ids`` maps folders of work centres to the names the ERP knows, where the two
differ. ``outbox_database`` names the connection of a redundant pair's common database; without it
the journal is handed over directly. ``roles`` maps the plant's roles of Ignition to those of the
screens. ``barcode_prefixes`` tells the fields of the plant's own labels, ``materials_by_gtin``
whose GTIN stands on GS1 labels. ``api_key_secret`` (8.3) names the key as ``provider/name`` instead
of a file. ``context`` puts beside an event what surrounded it, ``history_tags`` maps tags of a work
centre to the process values whose last ``history_minutes`` go with it.
"""

REQUIRED = ("service_url", "journal_folder", "source", "site_id")

WHOLE_NUMBERS = (
    "batch_size",
    "connect_timeout_ms",
    "request_timeout_ms",
    "segment_bytes",
    "journal_age_alarm_seconds",
    "history_minutes",
)

FLAGS = ("context", "context_alarms")

TEXTS = ("status_folder", "api_key_file", "api_key_secret", "outbox_database", "outbox_table")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")

TABLES = (
    "tag_names",
    "equipment_ids",
    "roles",
    "barcode_prefixes",
    "materials_by_gtin",
    "history_tags",
)
LABEL_FIELDS = ("material_id", "material_lot_id", "order_id")


class ConfigurationError(Exception):
    """The configuration cannot be used; the text names the file, the key and what is wanted."""


class Configuration(object):
    """The settings as attributes, named as in the file."""

    def __init__(self, settings, base_folder=""):
        """Check the settings; relative paths start at ``base_folder``.

        Raises ConfigurationError.
        """
        _check(settings)
        for name, value in DEFAULTS.items():
            setattr(self, name, settings.get(name, value))
        for name in REQUIRED:
            setattr(self, name, settings[name])
        self.service_url = self.service_url.rstrip("/")
        if self.api_key_file:
            self.api_key_file = os.path.join(base_folder, self.api_key_file)
        self.journal_folder = os.path.join(base_folder, self.journal_folder)

    def api_key(self):
        """Read the key for the service, so that a changed file counts at once."""
        try:
            with io.open(self.api_key_file, encoding="ascii") as key_file:
                key = key_file.read().strip()
        except (IOError, OSError, ValueError) as problem:
            raise ConfigurationError("the API key cannot be read: %s" % problem)
        if not key:
            raise ConfigurationError("the API key file %s is empty" % self.api_key_file)
        return key

    def tag(self, folder, name):
        """Return the path of a tag of a work centre, by its name in the README."""
        return folder + "/" + self.tag_names.get(name, name)

    def status_tag(self, name):
        """Return the path of a tag that shows the state of this package."""
        return self.status_folder + "/" + name

    def roles_of(self, ignition_roles):
        """Return which roles of the screens somebody has by roles of Ignition."""
        return {self.roles[role] for role in ignition_roles if role in self.roles}

    def equipment_id(self, folder):
        """Return the ERP's name of the work centre whose tags lie in a folder."""
        name = folder.rsplit("/", 1)[-1].rsplit("]", 1)[-1]
        return self.equipment_ids.get(name, name)


def read(path):
    """Read the configuration file. Raises ConfigurationError."""
    try:
        with io.open(path, encoding="utf-8") as configuration_file:
            settings = json.load(configuration_file)
    except (IOError, OSError) as problem:
        raise ConfigurationError("the configuration cannot be read: %s" % problem)
    except ValueError as problem:
        raise ConfigurationError("%s is not JSON: %s" % (path, problem))
    try:
        return Configuration(settings, os.path.dirname(os.path.abspath(path)))
    except ConfigurationError as problem:
        raise ConfigurationError("%s: %s" % (path, problem))


def _check(settings):
    if not isinstance(settings, dict):
        raise ConfigurationError("a JSON object is wanted")
    for name in REQUIRED:
        if not _is_text(settings.get(name)):
            raise ConfigurationError('"%s" is missing: a text is wanted' % name)
    for name in settings:
        if name not in DEFAULTS and name not in REQUIRED:
            known = ", ".join(sorted(REQUIRED + tuple(DEFAULTS)))
            raise ConfigurationError('"%s" is unknown; known are %s' % (name, known))
    for name in WHOLE_NUMBERS:
        value = settings.get(name, DEFAULTS[name])
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ConfigurationError('"%s" must be a whole number of at least 1' % name)
    for name in TABLES:
        table = settings.get(name, {})
        if not isinstance(table, dict) or not all(_is_text(each) for each in table.values()):
            raise ConfigurationError('"%s" must map names to names' % name)
    for prefix, field in settings.get("barcode_prefixes", {}).items():
        if field not in LABEL_FIELDS:
            wanted = ", ".join(LABEL_FIELDS)
            raise ConfigurationError('"barcode_prefixes": %s must be one of %s' % (prefix, wanted))
    for name in FLAGS:
        if not isinstance(settings.get(name, DEFAULTS[name]), bool):
            raise ConfigurationError('"%s" must be true or false' % name)
    if not settings.get("api_key_file") and "/" not in settings.get("api_key_secret", ""):
        wanted = '"api_key_file" is missing (or, on 8.3, "api_key_secret": "provider/name")'
        raise ConfigurationError(wanted)
    for name in TEXTS:
        if not isinstance(settings.get(name, DEFAULTS[name]), type("")):
            raise ConfigurationError('"%s" must be a text' % name)
    if not NAME.match(settings.get("outbox_table", DEFAULTS["outbox_table"])):
        raise ConfigurationError('"outbox_table" must be a name of letters, digits and _ and .')
    if not settings["service_url"].startswith(("http://", "https://")):
        raise ConfigurationError('"service_url" must start with http:// or https://')


def _is_text(value):
    return isinstance(value, type("")) and value != ""
