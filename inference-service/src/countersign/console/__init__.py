"""The console: pages for planners, controllers and the ERP team, and the inbox of approvals.

The layer above :mod:`countersign.web`: ``wsgi`` makes the HTTP application and registers the
console on it.
"""

from __future__ import annotations

from countersign.console.site import register

__all__ = ["register"]
