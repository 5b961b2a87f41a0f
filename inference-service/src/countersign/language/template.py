"""Templates: the sentences that stand whatever else fails."""

from __future__ import annotations

from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, Template

from countersign.language.facts import Code, Facts
from countersign.language.locales import Locale

Kind = Literal["variance", "exception", "journal"]
KINDS: tuple[Kind, ...] = ("variance", "exception", "journal")
FLAGS = frozenset({"verdict", "is_over"})
"""Facts that choose between sentences and are never written themselves."""
REQUIRED: dict[Kind, frozenset[str]] = {
    "variance": frozenset({"counted", "material", "order", "operation"}),
    "exception": frozenset({"document", "order", "erp", "verdict", "key"}),
    "journal": frozenset({"total", "company", "posting_date", "debit", "credit"}),
}


def render(kind: Kind, facts: Facts, locale: Locale) -> str:
    """Write the text of a kind from its facts; without an optional fact its sentence is left out.

    Raises ``ValueError`` when a fact is missing that the text cannot do without.
    """
    missing = REQUIRED[kind] - facts.keys()
    if missing:
        raise ValueError(f"a text of kind {kind} needs {', '.join(sorted(missing))}")
    shown = {
        name: fact.value if isinstance(fact, Code) and name in FLAGS else fact.show(locale)
        for name, fact in facts.items()
    }
    text = _template(kind, locale).render(shown)
    text = " ".join(text.split())
    return text[:1].upper() + text[1:]


@cache
def _template(kind: Kind, locale: Locale) -> Template:
    environment = Environment(
        loader=PackageLoader("countersign.language"),
        autoescape=False,  # plain text; who puts it into a page escapes it there
    )
    return environment.get_template(f"{kind}.{locale}.txt")
