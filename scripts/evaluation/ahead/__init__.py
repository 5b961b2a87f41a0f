"""Simulated plants that look ahead: histories for the questions of ``countersign.forecast``.

No figure measured on them is an accuracy in a real plant.
"""
