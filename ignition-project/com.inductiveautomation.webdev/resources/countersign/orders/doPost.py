def doPost(request, session):
	return countersign.gateway.on_orders_push(request)