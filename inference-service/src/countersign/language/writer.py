"""The writer: a model may say it better than the template, but may not say anything else."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from countersign.language.endpoint import Endpoint, EndpointError
from countersign.language.facts import Facts, Identity, digest
from countersign.language.locales import Locale
from countersign.language.masking import MaskLost, mask, unmask, without_masks
from countersign.language.number_check import foreign_numbers
from countersign.language.prompt import Prompt, prompt_for
from countersign.language.template import Kind, render
from countersign.store.database import digest_of

CHARACTERS_PER_TOKEN = 2


@dataclass(frozen=True, slots=True)
class Narrative:
    """A text to show: ``origin`` is ``template`` or the prompt and model that wrote it."""

    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question to a model, whole, for the audit: what was sent, what came, what became of it.

    ``text`` is empty where ``refused_for`` says why the template stands.
    """

    narrative_id: str
    kind: Kind
    locale: Locale
    prompt: str
    prompt_version: str
    model: str
    question: str
    answer: str
    text: str
    refused_for: str
    tokens: int
    cost: Decimal


def narrative_id(kind: Kind, facts: Facts, locale: Locale, model: str) -> str:
    """Return the identity of a text: same facts, language, prompt and model, same text."""
    prompt = prompt_for(kind)
    return digest_of("\n".join((kind, locale, prompt.version, model, digest(facts))))


def rephrase(kind: Kind, facts: Facts, locale: Locale, endpoint: Endpoint) -> Exchange:
    """Ask a model to say the template's text better; nothing is raised when it cannot.

    Secrets are masked before anything leaves; every number of the answer must be a number of
    the facts.
    """
    prompt = prompt_for(kind)
    masked, masks = mask(facts)
    template = render(kind, masked, locale)
    listed = _listed(masked, locale)
    question = prompt.ask(listed, template, locale)
    answer, text, refused_for = "", "", ""
    tokens, cost = 0, Decimal(0)
    try:
        reply = endpoint.ask(
            question, max_tokens=prompt.max_answer_characters // CHARACTERS_PER_TOKEN
        )
        answer, tokens, cost = reply.text, reply.tokens, reply.cost
        refused_for = refusal(answer, masked, template, locale, prompt)
        text = "" if refused_for else unmask(" ".join(answer.split()), masks)
    except (EndpointError, MaskLost) as error:
        refused_for = str(error)
    return Exchange(
        narrative_id=narrative_id(kind, facts, locale, endpoint.model),
        kind=kind,
        locale=locale,
        prompt=prompt.name,
        prompt_version=prompt.version,
        model=endpoint.model,
        question=question,
        answer=answer,
        text=text,
        refused_for=refused_for,
        tokens=tokens,
        cost=cost,
    )


def refusal(answer: str, facts: Facts, template: str, locale: Locale, prompt: Prompt) -> str:
    """Return why an answer is not used; empty when it is."""
    text = " ".join(answer.split())
    if len(text) > prompt.max_answer_characters:
        return f"is longer than {prompt.max_answer_characters} characters"
    strange = foreign_numbers(without_masks(text), facts, without_masks(template), locale)
    if strange:
        return f"says {', '.join(strange)}, which is no number of the facts"
    return ""


def _listed(facts: Facts, locale: Locale) -> str:
    """List what the model may use; secrets are there by their masks alone."""
    return "\n".join(
        f"- {fact.show(locale)}"
        if isinstance(fact, Identity) and fact.secret
        else f"- {name}: {fact.show(locale)}"
        for name, fact in facts.items()
    )
