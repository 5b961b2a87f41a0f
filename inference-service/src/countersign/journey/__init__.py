"""The journey: the stations put together; what happens to an event, in reading order.

receive   an event comes in: judged, decided, queued or given to a person, in one transaction
judge     what an event is judged against, and the judgement itself
review    a person decides: approve, correct, reject, hold
settle    the ERP has booked or undone it: what that teaches
replay    the past judged again, without writing anything to the ERP
"""
