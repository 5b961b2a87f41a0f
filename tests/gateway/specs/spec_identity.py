"""The id of an occurrence."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module

identity = module("identity")

PATH = "[default]Plant/PRESS1/ConfirmTrigger"


def test_the_id_is_the_same_on_every_interpreter_and_for_ever():
    for arguments, key in (
        (("/sites/1000/gateways/gw1", PATH, 7, 1767225600000), "f670a6305bb30553a1ad12a5f6a8f8a5"),
        (
            ("/sites/1000/gateways/gw1", "[default]Plant/M\xfchle/ScrapTrigger", 7, 0),
            "302b8fec33780e79a58f70ae10953703",
        ),
        (("s", PATH, 2**40, 1767225600000), "b8ec88f3ef6e6ad3e2b231b690a68ecd"),
    ):
        assert identity.event_key(*arguments) == key


def test_each_part_makes_another_id():
    parts = ("/gw1", PATH, 7, 1767225600000)
    keys = set([identity.event_key(*parts)])
    for changed in (
        ("/gw2", PATH, 7, 1767225600000),
        ("/gw1", PATH + "x", 7, 1767225600000),
        ("/gw1", PATH, 8, 1767225600000),
        ("/gw1", PATH, 7, 1767225600001),
    ):
        keys.add(identity.event_key(*changed))
    assert len(keys) == 5


def test_parts_cannot_run_into_one_another():
    assert identity.event_key("a", "bc", 1, 1) != identity.event_key("ab", "c", 1, 1)
    assert identity.event_key("a", "b", 11, 1) != identity.event_key("a", "b", 1, 11)


def test_text_and_bytes_of_the_same_path_are_the_same():
    assert identity.event_key(b"/gw1", b"[default]A", 1, 1) == identity.event_key(
        "/gw1", "[default]A", 1, 1
    )
