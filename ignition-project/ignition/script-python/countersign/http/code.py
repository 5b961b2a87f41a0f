"""HTTP: the requests of this gateway to the service, over the client of the platform.

The only module that touches ``system.net``. What the network does becomes one of two things: an
Answer, whatever its status, or Unreachable, after which nobody knows whether the service has got
the request.
"""

from __future__ import absolute_import, unicode_literals

import json

try:
    from java.lang import Throwable
except ImportError:
    Throwable = OSError

try:
    from urllib import quote
except ImportError:
    from urllib.parse import quote

EVENTS_PATH = "/v1/events"
OUTCOMES_PATH = "/v1/outcomes"
PEOPLE_PATH = "/v1/people"
ORDERS_PATH = "/v1/orders"
NOT_FOUND = 404
SUMMARY_LENGTH = 200


class Unreachable(Exception):
    """No answer: refused, timed out or cut off. The request may have arrived all the same."""


class Answer(object):
    """What the service, or something on the way to it, has answered."""

    def __init__(self, status, content_type, retry_after, text):
        self.status = status
        self.retry_after_seconds = _seconds(retry_after)
        self._content_type = content_type
        self._text = text

    def is_good(self):
        """Tell whether the request was taken."""
        return 200 <= self.status <= 299

    def is_server_error(self):
        """Tell whether the service itself is in trouble, so that trying again may help."""
        return self.status >= 500

    def json(self):
        """Return the parsed body, None when it is not JSON (a page of a proxy, for example)."""
        media_type = self._content_type.partition(";")[0].strip().lower()
        if media_type != "application/json" and not media_type.endswith("+json"):
            return None
        return parsed(self._text)

    def problem(self):
        """Return the body of a refusal (RFC 9457), None when it is none."""
        content = self.json()
        return content if isinstance(content, dict) else None

    def summary(self):
        """Return status and cause for a person."""
        problem = self.problem()
        if problem is not None:
            return "%d %s" % (self.status, "; ".join(reasons_of(problem)))
        text = " ".join(self._text.split())[:SUMMARY_LENGTH]
        return "%d %s %s" % (self.status, self._content_type, text)


class Service(object):
    """The service of this plant."""

    def __init__(self, configuration, client, key):
        """Take the configuration, a client of system.net.httpClient and who reads the key."""
        self._configuration = configuration
        self._client = client
        self._key = key

    def post_events(self, body):
        """Send a JSON array of events. Raises Unreachable."""
        return self.post(EVENTS_PATH, body)

    def get_outcomes(self, after, limit):
        """Ask what became of events since a cursor. Raises Unreachable."""
        return self.get(OUTCOMES_PATH, {"after": after, "limit": limit})

    def person_of_badge(self, badge):
        """Ask whose badge this is. Raises Unreachable."""
        return self.get(PEOPLE_PATH, {"badge_id": badge})

    def get(self, path, params):
        """Ask for a resource; a list among the params is given once per value."""
        address = self._configuration.service_url + path + _query(params)
        headers = self._headers()
        timeout = self._configuration.request_timeout_ms
        return _answer(lambda: self._client.get(address, headers=headers, timeout=timeout))

    def post(self, path, body, idempotency_key=None):
        """Send JSON text; with the same key a request is carried out once. Raises Unreachable."""
        address = self._configuration.service_url + path
        headers = self._headers()
        headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            headers["Idempotency-Key"] = '"%s"' % idempotency_key
        timeout = self._configuration.request_timeout_ms
        return _answer(
            lambda: self._client.post(address, data=body, headers=headers, timeout=timeout)
        )

    def _headers(self):
        return {
            "Authorization": "Bearer " + self._key(),
            "Accept": "application/json, application/problem+json",
        }


def client(configuration):
    """Return an HTTP client of the platform; it is heavy, one serves all requests."""
    return system.net.httpClient(
        timeout=configuration.connect_timeout_ms, redirect_policy="NEVER", version="HTTP_1_1"
    )


def parsed(text):
    """Return parsed JSON, None when the text is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def reasons_of(problem):
    """Return what a problem (RFC 9457) says, as texts; never empty."""
    head = problem.get("detail") or problem.get("title") or "refused without a reason"
    reasons = ["%s" % head]
    for error in problem.get("errors") or ():
        if isinstance(error, dict):
            reasons.append("%s: %s" % (error.get("pointer"), error.get("detail")))
    return reasons


def kind_of(problem):
    """Return the short name of a problem's type: ``approval-stale``; None when it has none."""
    kind = problem.get("type")
    return kind.rstrip("/").rpartition("/")[2].rpartition(":")[2] if kind else None


def quoted(value):
    """Return a value as one segment of a path."""
    return "%s" % quote(("%s" % value).encode("utf-8"), safe=b"".decode("ascii"))


def _query(params):
    pairs = []
    for name in sorted(params):
        values = params[name] if isinstance(params[name], (list, tuple)) else [params[name]]
        pairs += ["%s=%s" % (quoted(name), quoted(value)) for value in values]
    return "?" + "&".join(pairs) if pairs else ""


def _answer(request):
    try:
        response = request()
        headers = response.getHeaders()
        return Answer(
            response.getStatusCode(),
            _first(headers, "content-type"),
            _first(headers, "retry-after"),
            response.getText(),
        )
    except (IOError, Throwable) as problem:
        raise Unreachable("%s: %s" % (type(problem).__name__, problem))


def _first(headers, name):
    values = headers.get(name) or headers.get(name.title()) or [""]
    return "%s" % (values if isinstance(values, type("")) else values[0])


def _seconds(retry_after):
    return int(retry_after) if retry_after.isdigit() else None
