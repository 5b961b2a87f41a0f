def handleMessage(payload):
	return countersign.gateway.on_command_state(payload)