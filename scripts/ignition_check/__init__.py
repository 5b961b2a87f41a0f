"""Checks that everything the Ignition project refers to exists and fits; see README.md."""
