def handleTimerEvent():
	sample.counts.count("timer")