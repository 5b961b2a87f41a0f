"""Notifying: people are told outside of the screens."""
