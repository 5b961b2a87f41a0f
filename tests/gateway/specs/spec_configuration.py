"""The configuration file."""

from __future__ import absolute_import, unicode_literals

import io
import json
import os

from fakes import folder, raises
from gatewaylibrary import module

configuration = module("configuration")

SETTINGS = {
    "service_url": "http://127.0.0.1:8080/",
    "api_key_file": "gateway.key",
    "journal_folder": "journal",
    "source": "/sites/1000/gateways/gw1",
    "site_id": "1000",
}


def read(settings):
    with folder() as base:
        path = os.path.join(base, "countersign.json")
        with io.open(path, "w", encoding="utf-8") as target:
            target.write(settings if isinstance(settings, type("")) else to_json(settings))
        return configuration.read(path), base


def to_json(settings):
    text = json.dumps(settings)
    return text.decode("ascii") if isinstance(text, bytes) else text


def test_relative_paths_start_at_the_file():
    settings, base = read(SETTINGS)
    assert settings.journal_folder == os.path.join(base, "journal")
    assert settings.api_key_file == os.path.join(base, "gateway.key")
    assert settings.service_url == "http://127.0.0.1:8080"


def test_tags_and_work_centres_can_have_the_names_of_the_plant():
    names = dict(SETTINGS, tag_names={"YieldQuantity": "Counters/Good"})
    settings, _ = read(dict(names, equipment_ids={"Line 1": "PRESS1"}))
    assert settings.tag("[default]Plant/A", "YieldQuantity") == "[default]Plant/A/Counters/Good"
    assert settings.tag("[default]Plant/A", "OrderId") == "[default]Plant/A/OrderId"
    assert settings.equipment_id("[default]Plant/Line 1") == "PRESS1"
    assert settings.equipment_id("[default]Plant/SAW") == "SAW"


def test_what_cannot_be_used_is_refused_with_file_and_key():
    for change, part in (
        ({"source": None}, '"source" is missing'),
        ({"site_id": ""}, '"site_id" is missing'),
        ({"service_url": "plant.example"}, "must start with http:// or https://"),
        ({"batch_size": 0}, '"batch_size" must be a whole number'),
        ({"batch_size": True}, '"batch_size" must be a whole number'),
        ({"batchsize": 1}, '"batchsize" is unknown; known are'),
        ({"tag_names": {"OrderId": 5}}, '"tag_names" must map'),
        ({"api_key_file": ""}, '"api_key_file" is missing (or, on 8.3, "api_key_secret"'),
        ({"api_key_file": "", "api_key_secret": "vault"}, '"api_key_file" is missing'),
        ({"context": "yes"}, '"context" must be true or false'),
        ({"outbox_database": 5}, '"outbox_database" must be a text'),
        ({"outbox_table": "a; DROP TABLE b"}, '"outbox_table" must be a name'),
        ({"barcode_prefixes": {"M-": "colour"}}, '"barcode_prefixes": M- must be one of'),
    ):
        with raises(configuration.ConfigurationError) as caught:
            read(dict(SETTINGS, **dict((str(name), value) for name, value in change.items())))
        assert part in caught.text, caught.text
        assert "countersign.json" in caught.text
    for text in ("", "{", "[]"):
        with raises(configuration.ConfigurationError):
            read(text)
    with raises(configuration.ConfigurationError) as caught:
        configuration.read("/nowhere/countersign.json")
    assert "/nowhere/countersign.json" in caught.text


def test_the_key_is_read_anew_so_that_it_can_be_changed():
    with folder() as base:
        settings = configuration.Configuration(dict(SETTINGS), base)
        for key in ("first", "second"):
            with io.open(settings.api_key_file, "w") as target:
                target.write(key + "\n")
            assert settings.api_key() == key
        for content in ("", "\n", "sch\xf6n"):
            with io.open(settings.api_key_file, "w", encoding="utf-8") as target:
                target.write(content)
            with raises(configuration.ConfigurationError):
                settings.api_key()
        os.remove(settings.api_key_file)
        with raises(configuration.ConfigurationError):
            settings.api_key()
