"""Released orders with what has been captured for them: the work that is still to be done."""

from __future__ import annotations

from sqlalchemy import Connection

from countersign.nouns.order import ProductionOrder
from countersign.nouns.progress import OrderProgress
from countersign.store import master_data, progress

PAGE_ORDERS = 500


def read_all(connection: Connection) -> tuple[list[ProductionOrder], dict[str, OrderProgress]]:
    """Read every released order, and the progress of those that have any."""
    orders: list[ProductionOrder] = []
    done: dict[str, OrderProgress] = {}
    after = ""
    while True:
        page = [
            ProductionOrder.from_data(data)
            for data in master_data.find_orders(
                connection, states=("released",), after=after, limit=PAGE_ORDERS
            )
        ]
        orders += page
        ids = [order.order_id for order in page]
        done |= {key: row[1] for key, row in progress.read_many(connection, ids).items()}
        if len(page) < PAGE_ORDERS:
            return orders, done
        after = ids[-1]
