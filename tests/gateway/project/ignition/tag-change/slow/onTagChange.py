def onTagChange(initialChange, newValue, previousValue, event, executionCount):
	sample.counts.note_slowly(initialChange, newValue, previousValue, event)