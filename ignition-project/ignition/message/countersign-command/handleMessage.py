def handleMessage(payload):
	return countersign.gateway.on_command(payload)