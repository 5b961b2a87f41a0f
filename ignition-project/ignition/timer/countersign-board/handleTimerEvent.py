def handleTimerEvent():
	countersign.gateway.on_board_timer()