# coding: utf-8
"""The texts of the approvals inbox and the approval card: English, German, Dutch."""

from __future__ import absolute_import, unicode_literals

TEXTS = {}
