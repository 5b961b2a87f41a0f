def handleTimerEvent():
	countersign.gateway.on_forward_timer()