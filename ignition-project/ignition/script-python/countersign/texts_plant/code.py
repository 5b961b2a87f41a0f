# coding: utf-8
"""The texts of the pages around line, orders, postings and autonomy: English, German, Dutch."""

from __future__ import absolute_import, unicode_literals

TEXTS = {}
