"""The services: SAP's OData interfaces that the connector calls, and what for."""

from __future__ import annotations

from dataclasses import dataclass

V2_ROOT = "/sap/opu/odata/sap/"
V4_ROOT = "/sap/opu/odata4/sap/"


@dataclass(frozen=True, slots=True)
class Service:
    """A service: its path, an entity set that shows whether the user may read, its purpose."""

    name: str
    probe: str
    purpose: str
    version: int = 2

    @property
    def path(self) -> str:
        """Return the path of the service root, with a slash at its end."""
        return f"{V2_ROOT if self.version == 2 else V4_ROOT}{self.name}/"


CONFIRMATION = Service(
    "API_PROD_ORDER_CONFIRMATION_2_SRV", "ProdnOrdConf2", "confirm production orders"
)
PROCESS_CONFIRMATION = Service(
    "API_PROC_ORDER_CONFIRMATION_2_SRV", "ProcOrdConf2", "confirm process orders"
)
ORDER = Service("API_PRODUCTION_ORDER_2_SRV", "A_ProductionOrder_2", "read production orders")
PROCESS_ORDER = Service("API_PROCESS_ORDER_2_SRV", "A_ProcessOrder_2", "read process orders")
MATERIAL_DOCUMENT = Service(
    "API_MATERIAL_DOCUMENT_SRV", "A_MaterialDocumentHeader", "post goods movements"
)
STOCK = Service("API_MATERIAL_STOCK_SRV", "A_MatlStkInAcctMod", "read stock")
PRODUCT = Service("API_PRODUCT_SRV", "A_Product", "read materials")
BILL_OF_MATERIAL = Service("API_BILL_OF_MATERIAL_SRV;v=0002", "MaterialBOM", "read bills")
ROUTING = Service("API_PRODUCTION_ROUTING", "ProductionRoutingHeader", "read routings")
WORK_CENTER = Service("API_WORK_CENTERS", "A_WorkCenters", "read work centres")
REQUISITION = Service(
    "API_PURCHASEREQ_PROCESS_SRV", "A_PurchaseRequisitionHeader", "create purchase requisitions"
)
RESERVATION = Service(
    "API_RESERVATION_DOCUMENT_SRV", "A_ReservationDocumentHeader", "create reservations"
)
INVENTORY = Service(
    "API_PHYSICAL_INVENTORY_DOC_SRV", "A_PhysInventoryDocHeader", "enter inventory counts"
)
INSPECTION = Service("API_INSPECTIONLOT_SRV", "A_InspectionLot", "record inspection results")
DEFECT = Service("API_DEFECT_SRV", "A_Defect", "record defects")
MAINTENANCE = Service(
    "API_MAINTNOTIFICATION", "MaintenanceNotification", "report malfunctions of machines"
)
PLANNED_ORDER = Service(
    "api_plannedorder/srvd_a2x/sap/plannedorder/0001",
    "PlannedOrderHeader",
    "read planned orders",
    version=4,
)
NEEDED = (CONFIRMATION, ORDER, MATERIAL_DOCUMENT, STOCK, PRODUCT)
"""Without these events of the floor cannot be booked (process orders: theirs instead)."""

NEEDED_FOR_PROCESS = (PROCESS_CONFIRMATION, PROCESS_ORDER)

OPTIONAL = (
    REQUISITION,
    RESERVATION,
    INVENTORY,
    INSPECTION,
    DEFECT,
    MAINTENANCE,
    BILL_OF_MATERIAL,
    ROUTING,
    WORK_CENTER,
)
"""Each opens one more kind of document or of master data."""
