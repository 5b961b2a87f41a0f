"""Intake: events come in, are checked once, and are kept before anybody gets an answer."""
