"""The demo: a shift of a small plant with real parts, troubles on purpose, and a proof at the end.

Gateway scripts run under Jython, the service and its worker as they run in a plant, the ERP is
Tryton. ``installation`` sets the parts up, ``shift`` lets the machines report, ``people`` decide,
``trouble`` kills and takes away, ``comparison`` holds the ERP against what happened.
"""
