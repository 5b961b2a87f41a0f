# -*- coding: utf-8 -*-
"""``system.net``: the HTTP client of a gateway on the real java.net.http.HttpClient."""

from __future__ import absolute_import

import json
import urllib

from java.lang import String
from java.net import URI
from java.net.http import HttpClient, HttpRequest, HttpResponse
from java.nio.charset import Charset, StandardCharsets
from java.time import Duration

DEFAULT_TIMEOUT_MS = 60000


class SystemNet(object):
    """The functions of system.net that the project uses."""

    def httpClient(
        self,
        timeout=DEFAULT_TIMEOUT_MS,
        bypass_cert_validation=False,
        username=None,
        password=None,
        proxy=None,
        cookie_policy="ACCEPT_ORIGINAL_SERVER",
        redirect_policy="NORMAL",
        version="HTTP_2",
        customizer=None,
    ):
        """Return a client; ``timeout`` is the time to connect, in milliseconds."""
        refused = (bypass_cert_validation, username, password, proxy)
        if any(refused):
            raise NotImplementedError("the test gateway only talks to loopback, without proxy")
        return JythonHttpClient(timeout, redirect_policy, version, customizer)


class JythonHttpClient(object):
    """One java.net.http client with its pool of connections."""

    def __init__(self, timeout, redirect_policy, version, customizer):
        builder = HttpClient.newBuilder()
        builder.connectTimeout(Duration.ofMillis(timeout))
        builder.followRedirects(getattr(HttpClient.Redirect, redirect_policy.upper()))
        builder.version(getattr(HttpClient.Version, version))
        if customizer is not None:
            customizer(builder)
        self.javaClient = builder.build()

    def getJavaClient(self):
        """Return the java.net.http.HttpClient behind it."""
        return self.javaClient

    def get(
        self,
        url,
        params=None,
        headers=None,
        username=None,
        password=None,
        timeout=DEFAULT_TIMEOUT_MS,
    ):
        """Send a GET request and wait for its answer."""
        return self.request(url, "GET", params, None, None, headers, username, password, timeout)

    def post(
        self,
        url,
        params=None,
        data=None,
        file=None,
        headers=None,
        username=None,
        password=None,
        timeout=DEFAULT_TIMEOUT_MS,
    ):
        """Send a POST request and wait for its answer."""
        return self.request(url, "POST", params, data, file, headers, username, password, timeout)

    def put(
        self,
        url,
        params=None,
        data=None,
        file=None,
        headers=None,
        username=None,
        password=None,
        timeout=DEFAULT_TIMEOUT_MS,
    ):
        """Send a PUT request and wait for its answer."""
        return self.request(url, "PUT", params, data, file, headers, username, password, timeout)

    def delete(
        self,
        url,
        params=None,
        data=None,
        file=None,
        headers=None,
        username=None,
        password=None,
        timeout=DEFAULT_TIMEOUT_MS,
    ):
        """Send a DELETE request and wait for its answer."""
        return self.request(url, "DELETE", params, data, file, headers, username, password, timeout)

    def request(
        self,
        url,
        method=None,
        params=None,
        data=None,
        file=None,
        headers=None,
        username=None,
        password=None,
        timeout=DEFAULT_TIMEOUT_MS,
    ):
        """Send a request; Java's exceptions come through as they are."""
        if any((file, username, password)):
            raise NotImplementedError("the test gateway sends no files and knows no passwords")
        builder = HttpRequest.newBuilder(URI.create(_with_query(unicode(url), params)))
        builder.timeout(Duration.ofMillis(timeout))
        publisher, content_type = _body_of(data)
        names = {name.lower() for name in headers or {}}
        if content_type and "content-type" not in names:
            builder.header("Content-Type", content_type)
        for name, value in (headers or {}).items():
            builder.header(unicode(name), unicode(value))
        builder.method(method or "GET", publisher)
        answer = self.javaClient.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray())
        return Response(answer)


class Headers(dict):
    """Lists of values by name; names in any case."""

    def __init__(self, java_map):
        dict.__init__(
            self, ((unicode(name).lower(), list(java_map[name])) for name in java_map.keySet())
        )

    def __getitem__(self, name):
        return dict.__getitem__(self, name.lower())

    def __contains__(self, name):
        return dict.__contains__(self, name.lower())

    def get(self, name, default=None):
        """Return the values of a header, or the default."""
        return dict.get(self, name.lower(), default)


class Response(object):
    """The answer to a request."""

    def __init__(self, answer):
        self.javaResponse = answer

    def getStatusCode(self):
        """Return the status as a number."""
        return self.javaResponse.statusCode()

    def getHeaders(self):
        """Return the headers: lists of values by name."""
        return Headers(self.javaResponse.headers().map())

    def getBody(self):
        """Return the bytes of the answer."""
        return self.javaResponse.body()

    def getUrl(self):
        """Return the address that answered."""
        return unicode(self.javaResponse.uri().toString())

    def isGood(self):
        """Tell whether the status is from 200 to 399."""
        return 200 <= self.getStatusCode() <= 399

    def isClientError(self):
        """Tell whether the status is from 400 to 499."""
        return 400 <= self.getStatusCode() <= 499

    def isServerError(self):
        """Tell whether the status is from 500 to 599."""
        return 500 <= self.getStatusCode() <= 599

    def getText(self, encoding="UTF-8"):
        """Return the body as text, in the encoding that the answer names."""
        for part in (self.getHeaders().get("content-type") or [""])[0].split(";")[1:]:
            name, _, value = part.strip().partition("=")
            if name.lower() == "charset" and value:
                encoding = value.strip('"')
        return unicode(String(self.getBody(), Charset.forName(encoding)))

    def getJson(self, encoding="UTF-8"):
        """Return the body as parsed JSON; raises ValueError when it is none."""
        return json.loads(self.getText(encoding))

    statusCode = property(getStatusCode)
    headers = property(getHeaders)
    body = property(getBody)
    url = property(getUrl)
    good = property(isGood)
    clientError = property(isClientError)
    serverError = property(isServerError)
    text = property(getText)
    json = property(getJson)


def _with_query(url, params):
    if not params:
        return url
    pairs = [(_bytes(name), _bytes(value)) for name, value in sorted(params.items())]
    return url + ("&" if "?" in url else "?") + urllib.urlencode(pairs)


def _bytes(value):
    return value.encode("utf-8") if isinstance(value, unicode) else value


def _body_of(data):
    publishers = HttpRequest.BodyPublishers
    if data is None:
        return publishers.noBody(), None
    if isinstance(data, unicode):
        return publishers.ofString(data, StandardCharsets.UTF_8), "text/plain;charset=UTF-8"
    if isinstance(data, str):
        raw = String(data).getBytes(StandardCharsets.ISO_8859_1)
        return publishers.ofByteArray(raw), "text/plain;charset=UTF-8"
    if isinstance(data, (dict, list)):
        text = json.dumps(data).decode("ascii")
        return publishers.ofString(text, StandardCharsets.UTF_8), "application/json;charset=UTF-8"
    return publishers.ofByteArray(data), "application/octet-stream"
