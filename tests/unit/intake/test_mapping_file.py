"""A mapping file: every mistake is named with its place before the first row is read."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from unit.intake.table_texts import MAPPING, mapping_with

from countersign.intake.mapping_file import MappingError, load_mapping, read_mapping

MISTAKES = [
    ("no TOML", ("source =", "source"), "the file", "is no TOML"),
    (
        "a key misspelt",
        ("[identity]", '[tabel]\nx = "y"\n[identity]'),
        "tabel",
        "known are",
    ),
    ("a field misspelt", ("order_id =", "order ="), "event[1].data.order", "order_id"),
    (
        "a required field",
        ('order_id = { column = "order" }', ""),
        "event[1].data.order_id",
        "the contract requires it",
    ),
    ("no source", ('source = "/imports/paper"', ""), "source", "is missing"),
    ("a bad source", ("/imports/paper", "paper slips"), "source", "a path of letters"),
    ("no time zone", ("Europe/Berlin", "Berlin"), "times.time_zone", "Europe/Berlin"),
    ("no identity", ('["slip"]', "[]"), "identity.columns", "a list of texts"),
    ("an unknown type", ('"production-conf', '"conf'), "event[1].type", "scrap-report"),
    (
        "unknown codes",
        ('codes = "done"', 'codes = "ready"'),
        "codes",
        "there is no table [codes.ready]",
    ),
    ("a bad code", ('"final"', '"finished"'), "event[1].data.confirmation", "partial"),
    ("a bad constant", ('"1000"', '"Werk 1"'), "event[1].data.site_id", "letters"),
    (
        "a bad unit",
        ('"C62"', '"pieces"'),
        "event[1].data.yield_quantity.unit",
        "unit code",
    ),
    ("no unit", (', unit = "C62"', ""), "event[1].data.yield_quantity.unit", "Rec 20"),
    (
        "a number for a text",
        ('"1000"', "1000"),
        "event[1].data.site_id.constant",
        "in quotes",
    ),
    ("no value", ('column = "note"', ""), "event[1].data.note", "one of column"),
    (
        "two values",
        ('column = "note"', 'column = "note", constant = "x"'),
        "event[1].data.note",
        "one of column, columns, constant",
    ),
    (
        "a text where a table is",
        ('{ column = "order" }', '"order"'),
        "event[1].data.order_id",
        "",
    ),
]


@pytest.mark.parametrize(
    ("change", "place", "text"),
    [case[1:] for case in MISTAKES],
    ids=[case[0] for case in MISTAKES],
)
def test_a_mistake_is_named_with_its_place(change: tuple[str, str], place: str, text: str) -> None:
    with pytest.raises(MappingError) as caught:
        read_mapping(mapping_with(change))
    assert any(place in where and text in what for where, what in caught.value.faults), str(
        caught.value
    )


def test_all_mistakes_are_named_at_once() -> None:
    text = mapping_with(("Europe/Berlin", "Berlin"), ("order_id =", "order ="), ("C62", "pieces"))
    with pytest.raises(MappingError) as caught:
        read_mapping(text)
    assert [place for place, _ in caught.value.faults] == [
        "times.time_zone",
        "event[1].data.yield_quantity.unit",
        "event[1].data.order_id",
        "event[1].data.order",
    ]


SECTIONS = [
    ('[table]\nencoding = "utf-9"', "table.encoding"),
    ('[table]\nencoding = "base64"', "table.encoding"),
    ('[table]\ndelimiter = ";;"', "table.delimiter"),
    ('[numbers]\ndecimal_mark = "·"', "numbers.decimal_mark"),
    ('[numbers]\nthousands_mark = "."', "numbers.thousands_mark"),
    ('[[skip]]\nname = "all"', "skip[1].when"),
    ('[[skip]]\nname = "a"\nwhen = [{ column = "op" }]', "skip[1].when[1]"),
    (
        '[[skip]]\nname = "a"\nwhen = [{ column = "op", empty = "yes" }]',
        "skip[1].when[1].empty",
    ),
    ('[[skip]]\nname = "a"\nwhen = "op"', "skip[1].when"),
    ("[codes.other]\n1 = 2", "codes.other.1"),
]


@pytest.mark.parametrize(("section", "place"), SECTIONS, ids=[place for _, place in SECTIONS])
def test_a_mistake_in_an_optional_section_is_named(section: str, place: str) -> None:
    with pytest.raises(MappingError) as caught:
        read_mapping(f"{MAPPING}\n{section}\n")
    assert place in [where for where, _ in caught.value.faults]


def test_two_events_of_a_name_would_share_their_identity() -> None:
    event = MAPPING[MAPPING.index("[[event]]") :]
    with pytest.raises(MappingError, match="two of them are named 'production-confirmation'"):
        read_mapping(f"{MAPPING}\n{event}")


def test_a_mapping_knows_every_column_it_uses() -> None:
    assert read_mapping(MAPPING).columns() == {
        "slip",
        "at",
        "order",
        "op",
        "done",
        "good",
        "note",
    }


@pytest.mark.parametrize("name", ["production_log", "production_log.toml"])
def test_a_shipped_mapping_is_found_by_its_name(name: str) -> None:
    assert load_mapping(name).source == "/imports/production-log"


def test_a_file_wins_over_a_shipped_mapping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "production_log.toml").write_text(MAPPING, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_mapping("production_log.toml").source == "/imports/paper"


def test_a_mapping_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"shipped are .*production_log\.toml"):
        load_mapping(str(tmp_path / "nothing.toml"))


def test_the_example_of_the_readme_is_a_mapping() -> None:
    readme = files("countersign.intake").joinpath("README.md").read_text(encoding="utf-8")
    example = readme.partition("```toml\n")[2].partition("```")[0]
    assert [rule.name for rule in read_mapping(example).events] == [
        "production-confirmation",
        "bad pieces",
    ]
