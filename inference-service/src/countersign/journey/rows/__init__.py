"""Rows of the plant's tables become events: transaction groups, imports, and what was refused."""
