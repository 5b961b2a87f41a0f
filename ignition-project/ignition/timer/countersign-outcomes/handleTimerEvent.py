def handleTimerEvent():
	countersign.gateway.on_outcome_timer()