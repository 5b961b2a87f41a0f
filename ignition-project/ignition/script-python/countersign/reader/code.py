"""The reader of a screen: who looks at it, when, in which language and currency."""

from __future__ import absolute_import, unicode_literals

import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording


class Reader(object):
    """Who looks at a screen; what a screen says is said to somebody."""

    def __init__(self, user_id, roles, locale, currency, now_ms):
        """Take roles as a text such as ``operator erp``."""
        self.user_id = "%s" % (user_id or "")
        self.roles = ("%s" % (roles or "")).split()
        self.locale = locale
        self.currency = currency
        self.now_ms = now_ms

    def say(self, key, **places):
        """Return a text in the reader's language."""
        return texts.say(key, self.locale, **places)

    def money(self, amount):
        """Write an amount of money."""
        return wording.money(amount, self.currency, self.locale)

    def quantity(self, data):
        """Write a quantity of the contract."""
        return wording.quantity(data, self.locale)

    def clock(self, text):
        """Write a time of the service."""
        return wording.clock_of(text, self.now_ms)

    def span_to(self, text):
        """Write how far a time of the service is away, whether ahead or behind."""
        return wording.span(times.milliseconds(text) - self.now_ms, self.locale)

    def is_past(self, text):
        """Tell whether a time of the service has come."""
        return times.milliseconds(text) <= self.now_ms

    def has_role(self, *roles):
        """Tell whether the reader has one of some roles."""
        return any(role in self.roles for role in roles)


def now(user_id, roles, locale, currency):
    """Return a reader who looks now."""
    return Reader(user_id, roles, locale, currency, times.now_ms())
