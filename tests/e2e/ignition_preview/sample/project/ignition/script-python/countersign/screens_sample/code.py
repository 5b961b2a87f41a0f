# -*- coding: utf-8 -*-
"""Rows for the sample page."""

from __future__ import absolute_import, unicode_literals

import countersign.board as board


def rows(locale):
    """Return the rows of what the board has read."""
    word = {"de": "Stück"}.get(locale, "pcs")
    items = board.read("approvals")["payload"]["items"]
    return [
        {
            "text": "%s %s %s" % (item["quantity"], word, item["material_id"]),
            "quantity": item["quantity"],
            "state": item["state"],
        }
        for item in items
    ]
