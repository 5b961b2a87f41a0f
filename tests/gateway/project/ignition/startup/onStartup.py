def onStartup():
	sample.counts.count("startup")