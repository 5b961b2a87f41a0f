def handleMessage(payload):
	return countersign.gateway.on_board(payload)