def handleMessage(payload):
	return payload["number"] * 2