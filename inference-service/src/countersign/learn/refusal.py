"""Refusal: why nothing is trained or told, and what to change."""

from __future__ import annotations


class TrainingRefused(ValueError):
    """The table or the spec cannot be learned from; the text says what to change."""
