"""Prompts: the registry of what a language model is asked, one file per prompt."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from countersign.language.locales import LOCALES, Locale
from countersign.language.template import KINDS, Kind

LANGUAGE_NAMES: Mapping[Locale, str] = {"en": "English", "de": "German", "nl": "Dutch"}


class PromptError(Exception):
    """A prompt file makes no sense; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a model may answer, or may not: ``refused_for`` is empty, or says why it is refused."""

    locale: Locale
    template: str
    answer: str
    refused_for: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked about one business object; ``owner`` answers for it.

    ``text`` has the places ``{language}``, ``{facts}`` and ``{template}``.
    """

    name: str
    version: str
    kind: Kind
    business_object: str
    owner: str
    text: str
    max_answer_characters: int
    examples: tuple[Example, ...]

    def ask(self, facts: str, template: str, locale: Locale) -> str:
        """Return what is sent."""
        return self.text.format(language=LANGUAGE_NAMES[locale], facts=facts, template=template)


@cache
def prompt_for(kind: Kind) -> Prompt:
    """Return the prompt of a kind of text; raises :class:`PromptError`."""
    source = files(__package__) / "prompts" / f"{kind}.toml"
    return read_prompt(source.read_text(encoding="utf-8"), f"{kind}.toml")


def prompts() -> tuple[Prompt, ...]:
    """Return all prompts."""
    return tuple(prompt_for(kind) for kind in KINDS)


def read_prompt(text: str, name: str) -> Prompt:
    """Read a prompt file; raises :class:`PromptError`."""
    try:
        body = tomllib.loads(text)
        examples = tuple(Example(**example) for example in body.pop("examples"))
        prompt = Prompt(**body, examples=examples)
        prompt.ask("", "", "en")
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise PromptError(f"{name}: {error}") from error
    if prompt.kind not in KINDS:
        raise PromptError(f"{name}: kind must be one of {', '.join(KINDS)}, not {prompt.kind!r}")
    if any(example.locale not in LOCALES for example in examples):
        raise PromptError(f"{name}: an example's locale must be one of {', '.join(LOCALES)}")
    if not any(example.refused_for for example in examples) or all(
        example.refused_for for example in examples
    ):
        raise PromptError(f"{name}: give an example of an answer to accept and one to refuse")
    return prompt
