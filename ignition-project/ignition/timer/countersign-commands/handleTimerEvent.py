def handleTimerEvent():
	countersign.gateway.on_command_timer()