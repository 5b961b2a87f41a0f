"""Traffic control: tokens that expire, a rate limit, and a count of what was answered."""

from __future__ import annotations

import math
import secrets
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


class SettingsError(Exception):
    """A setting that does not exist or has no sensible value."""


@dataclass(slots=True)
class Settings:
    """What an administrator may change while it runs; a rate of 0 is no limit."""

    rate_per_s: float = 0.0
    burst: float = 10.0
    token_lifetime_s: float = 3600.0

    def change(self, data: dict[str, Any]) -> dict[str, Any]:
        """Change some settings and return all of them."""
        for name, value in data.items():
            if name not in self.__dataclass_fields__:
                raise SettingsError(f"no such setting: {name}")
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise SettingsError(f"{name}: {value!r} is no number from 0 up")
        for name, value in data.items():
            setattr(self, name, float(value))
        return asdict(self)


@dataclass(slots=True)
class Traffic:
    """Who may call now. Times are of the monotonic clock."""

    settings: Settings = field(default_factory=Settings)
    answered: Counter[str] = field(default_factory=Counter)
    _tokens: dict[str, float] = field(default_factory=dict)
    _allowance: float = 0.0
    _refilled_at: float = 0.0

    def issue_token(self) -> str:
        """Return a fresh token; those that have expired are forgotten."""
        now = time.monotonic()
        self._tokens = {token: until for token, until in self._tokens.items() if until > now}
        token = secrets.token_urlsafe(24)
        self._tokens[token] = now + self.settings.token_lifetime_s
        return token

    def is_valid(self, token: str) -> bool:
        """Tell whether the token is known and has not expired."""
        until = self._tokens.get(token)
        return until is not None and until > time.monotonic()

    def revoke(self, token: str) -> None:
        """Forget a token."""
        self._tokens.pop(token, None)

    def wait_s(self) -> int:
        """Take one call from the allowance; return 0, or the whole seconds until there is one."""
        rate = self.settings.rate_per_s
        if not rate:
            return 0
        now = time.monotonic()
        gained = (now - self._refilled_at) * rate
        self._allowance = min(max(self.settings.burst, 1.0), self._allowance + gained)
        self._refilled_at = now
        if self._allowance >= 1:
            self._allowance -= 1
            return 0
        return max(1, math.ceil((1 - self._allowance) / rate))
