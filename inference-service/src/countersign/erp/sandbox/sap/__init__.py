"""The SAP sandbox: an S/4HANA-like system for tests, written from SAP's published interfaces only.

It shares no code with any connector, so that a misunderstanding in one shows in the other.
"""
