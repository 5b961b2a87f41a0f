"""Decide: what may happen to an event; policy, earned autonomy, hard gates, approvals."""
