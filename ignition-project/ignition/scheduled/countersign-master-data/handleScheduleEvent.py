def handleScheduleEvent():
	countersign.gateway.on_master_data_schedule()