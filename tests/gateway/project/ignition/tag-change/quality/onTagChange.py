def onTagChange(initialChange, newValue, previousValue, event, executionCount):
	sample.counts.note(initialChange, newValue, previousValue, event)