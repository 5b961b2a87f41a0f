"""The HTTP interface: one blueprint per resource, problems as RFC 9457 says."""
