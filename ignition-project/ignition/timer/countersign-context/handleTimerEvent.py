def handleTimerEvent():
	countersign.gateway.on_context_timer()