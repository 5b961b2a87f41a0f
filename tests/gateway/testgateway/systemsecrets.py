# -*- coding: utf-8 -*-
"""``system.secrets``: only Ignition 8.3 has it."""

from __future__ import absolute_import


class SystemSecrets(object):
    """The functions of system.secrets that the project uses."""

    def __init__(self, secrets):
        """Take the secrets by ``provider/name``."""
        self.__secrets = secrets

    def readSecretValue(self, providerName, secretName):
        """Return a secret, to be closed after use."""
        return SecretValue(self.__secrets[providerName + "/" + secretName])


class SecretValue(object):
    """A secret in plain text, for the length of a block."""

    def __init__(self, text):
        self._text = text

    def getSecretAsString(self):
        """Return the text."""
        return self._text

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._text = None
