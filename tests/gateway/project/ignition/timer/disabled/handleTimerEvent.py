def handleTimerEvent():
	sample.counts.count("disabled")