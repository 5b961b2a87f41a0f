def onStartup():
	countersign.gateway.on_startup()