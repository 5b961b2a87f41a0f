"""The endpoint: any language model that speaks the chat completions interface."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import requests

CONNECT_TIMEOUT_S = 2.0
MAX_ANSWER_BYTES = 200_000


class EndpointError(Exception):
    """No usable answer came; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back and what it cost."""

    text: str
    tokens: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask; ``price_per_1000_tokens`` is in the plant's currency.

    ``url`` is the base address that ``/chat/completions`` is put behind.
    """

    url: str
    model: str
    key: str = ""
    timeout_s: float = 10.0
    price_per_1000_tokens: Decimal = Decimal(0)

    def ask(self, prompt: str, *, max_tokens: int) -> Answer:
        """Ask once; raises :class:`EndpointError`, never anything else.

        It is not asked twice: the template stands, and a text is not worth a second bill.
        """
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": prompt}],
            "temperature": 0,
            "max_tokens": max_tokens,
        }
        try:
            response = requests.post(
                f"{self.url.rstrip('/')}/chat/completions",
                json=body,
                headers=headers,
                timeout=(CONNECT_TIMEOUT_S, self.timeout_s),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise EndpointError(f"no answer: {type(error).__name__}") from error
        return self._read(response)

    def _read(self, response: requests.Response) -> Answer:
        if response.status_code != 200:
            raise EndpointError(f"answered with status {response.status_code}")
        if len(response.content) > MAX_ANSWER_BYTES:
            raise EndpointError(f"answered with more than {MAX_ANSWER_BYTES} bytes")
        try:
            body = response.json()
            choice = body["choices"][0]
            text, finish = choice["message"]["content"], choice.get("finish_reason")
            tokens = int(body.get("usage", {}).get("total_tokens", 0))
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise EndpointError("answered with something that is no completion") from error
        if not isinstance(text, str) or not text.strip():
            raise EndpointError("answered with an empty text")
        if finish == "length":
            raise EndpointError("was cut off at the limit of tokens")
        return Answer(text, tokens, self.price_per_1000_tokens * tokens / 1000)
