def handleTimerEvent():
	countersign.gateway.on_health_timer()