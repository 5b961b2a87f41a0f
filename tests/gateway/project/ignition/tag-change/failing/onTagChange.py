def onTagChange(initialChange, newValue, previousValue, event, executionCount):
	if not initialChange:
		raise ValueError("on purpose")