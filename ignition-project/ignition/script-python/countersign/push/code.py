"""Push: orders that an ERP pushes to the gateway (WebDev), checked and handed to the service.

The platform has checked who calls, by user source and role, before this runs. The answer is the
service's own, so an ERP that was not answered with 200 pushes again; nothing is kept here. Without
the WebDev module the service asks the ERP itself, and this is never called.
"""

from __future__ import absolute_import, unicode_literals

import json

import countersign.contracts as contracts
import countersign.http as http

MESSAGE = "order-push"
INVALID = 422
UNAVAILABLE = 503


def take_orders(body, service):
    """Hand pushed orders over; return the HTTP status and the content of the answer.

    ``body`` is the JSON text of the request, or what the platform has parsed of it.
    """
    message = http.parsed(body) if isinstance(body, (bytes, type(""))) else body
    errors = contracts.errors(MESSAGE, message)
    if errors:
        named = [{"pointer": pointer, "detail": text} for pointer, _, text in errors]
        return INVALID, _problem(INVALID, "the message breaks its contract", named)
    try:
        answer = service.post(http.ORDERS_PATH, json.dumps(message))
    except http.Unreachable as problem:
        text = "the service cannot be reached, push again: %s" % problem
        return UNAVAILABLE, _problem(UNAVAILABLE, text, [])
    content = answer.json()
    if content is None:
        text = "the service did not understand, push again: %s" % answer.summary()
        return UNAVAILABLE, _problem(UNAVAILABLE, text, [])
    return answer.status, content


def _problem(status, detail, errors):
    return {"status": status, "title": "Orders not taken", "detail": detail, "errors": errors}
