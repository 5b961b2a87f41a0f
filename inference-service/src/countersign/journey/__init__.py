"""The journey: the stations put together; what happens to an event. README.md lists the way."""
