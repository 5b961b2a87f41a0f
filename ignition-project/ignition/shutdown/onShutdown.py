def onShutdown():
	countersign.gateway.on_shutdown()