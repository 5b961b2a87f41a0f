def handleTimerEvent():
	countersign.gateway.on_outbox_timer()