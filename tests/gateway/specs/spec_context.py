"""What surrounds a work centre, beside its events."""

from __future__ import absolute_import, unicode_literals

from fakes import Clock, Log, Tags
from gatewaylibrary import module

alarms = module("alarms")
configuration = module("configuration")
contexts = module("context")
contracts = module("contracts")
versions = module("versions")

PRESS = "[default]Plant/PRESS1"
NOON_MS = 1767225600000
STOCK = '[{"material_id":"STEEL","quantity_string":120.5,"unit_of_measure":"KGM"}]'
VALUES = {
    "MachineState": "running",
    "Oee": 0.81,
    "Availability": 0.93,
    "Performance": 0.9,
    "Quality": 0.97,
    "WorkInProcess": 36,
    "LineSideStock": STOCK,
    "OperatorSkills": "press, set-up",
}


class Platform(object):
    """Alarms and history as a test sets them; None fails as a historian that is away."""

    def __init__(self):
        self.standing = []
        self.points = {}

    def active_alarms(self):
        """Return the alarms that stand."""
        if self.standing is None:
            raise versions.NotAvailable("no alarms")
        return self.standing

    def history(self, tag_path, begins_at_ms, ends_at_ms):
        """Return the points of a tag."""
        if self.points is None:
            raise versions.NotAvailable("no historian")
        return self.points.get((tag_path, ends_at_ms - begins_at_ms), [])


class Surroundings(object):
    """A work centre with what surrounds it, and the contexts under test."""

    def __init__(self, values=VALUES, **settings):
        base = {
            "service_url": "http://127.0.0.1:1",
            "api_key_file": "key",
            "journal_folder": "journal",
            "source": "/gw1",
            "site_id": "1000",
        }
        self.clock = Clock(NOON_MS)
        self.platform = Platform()
        self.alarms = alarms.Alarms(Log())
        tags = Tags({PRESS + "/" + name: value for name, value in values.items()})
        self.contexts = contexts.Contexts(
            configuration.Configuration(dict(base, **settings)),
            tags,
            self.platform,
            self.clock,
            self.alarms,
        )
        self.contexts.watch(PRESS)

    def read(self):
        """Let the timer come and return the context of the press."""
        self.contexts.run()
        return self.contexts.of(PRESS)


def test_the_tags_of_the_work_centre_are_its_context():
    context = Surroundings().read()
    assert contracts.errors("context", context) == []
    steel = {"quantity_string": "120.5", "unit_of_measure": "KGM"}
    assert context == {
        "read_at": "2026-01-01T00:00:00.000Z",
        "machine_state": "running",
        "oee": "0.81",
        "availability": "0.93",
        "performance": "0.9",
        "quality": "0.97",
        "work_in_process": "36",
        "line_side_stock": [{"material_id": "STEEL", "quantity": steel}],
        "operator_skills": ["press", "set-up"],
    }


def test_what_a_plant_has_not_set_up_is_left_out():
    assert Surroundings({"Oee": 0.5}).read() == {
        "read_at": "2026-01-01T00:00:00.000Z",
        "oee": "0.5",
    }
    assert Surroundings({}).read() is None
    assert Surroundings(context=False).read() is None


def test_what_makes_no_sense_is_left_out_and_breaks_no_event():
    for name, value in (
        ("Oee", -0.1),
        ("Oee", "high"),
        ("Oee", float("nan")),
        ("MachineState", "  "),
        ("LineSideStock", "STEEL"),
        ("LineSideStock", "[5]"),
        ("LineSideStock", '[{"material_id":"STEEL"}]'),
        ("OperatorSkills", " , "),
    ):
        context = Surroundings({name: value, "Quality": 1}).read()
        assert sorted(context) == ["quality", "read_at"], (name, value, context)


def test_the_alarms_of_the_work_centre_stand_with_it_and_no_others():
    press = Surroundings({})
    press.platform.standing = [
        ("prov:default:/tag:Plant/PRESS1/Oil:/alm:Low", "Oil level low", "Medium"),
        ("prov:default:/tag:Plant/PRESS10/Oil:/alm:Low", "of another", "Medium"),
        ("prov:other:/tag:Plant/PRESS1/Oil:/alm:Low", "of another plant", "High"),
    ]
    assert press.read()["active_alarms"] == [{"name": "Oil level low", "priority": "Medium"}]


def test_history_is_told_in_four_numbers():
    press = Surroundings({}, history_tags={"Melt": "melt_temperature"}, history_minutes=5)
    press.platform.points = {(PRESS + "/Melt", 300000): [681.2, 702.9, 688]}
    context = press.read()
    assert contracts.errors("context", context) == []
    assert context["history"] == [
        {
            "id": "melt_temperature",
            "begins_at": "2025-12-31T23:55:00.000Z",
            "minimum": "681.2",
            "maximum": "702.9",
            "mean": "690.7",
            "last": "688",
        }
    ]


def test_a_historian_that_is_away_is_an_alarm_and_the_rest_is_read():
    press = Surroundings({"Oee": 1}, history_tags={"Melt": "melt_temperature"})
    press.platform.points = None
    assert press.read()["oee"] == "1"
    assert press.alarms.text() == "the history of Melt cannot be read: no historian"
    press.platform.points = {}
    press.platform.standing = None
    assert press.read()["oee"] == "1"
    assert press.alarms.text() == "the standing alarms cannot be read: no alarms"
    press.platform.standing = []
    press.read()
    assert press.alarms.text() == ""


def test_what_was_read_long_ago_says_nothing():
    press = Surroundings()
    assert press.read() is not None
    press.clock.now += contexts.OLDEST_MS + 1
    assert press.contexts.of(PRESS) is None
    assert press.contexts.of("[default]Plant/SAW") is None
