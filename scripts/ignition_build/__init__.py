"""Builds what an Ignition gateway imports from ``ignition-project/``."""
