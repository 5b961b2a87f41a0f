def onTagChange(initialChange, newValue, previousValue, event, executionCount):
	countersign.gateway.on_trigger(initialChange, newValue, event.tagPath)