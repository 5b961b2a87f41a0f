"""A plant behind a running service: real database, real HTTP, a fake ERP booked on demand."""

from __future__ import annotations

import logging
import re
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from fake_erp import FakeErp
from posting_desk import OnDemand
from werkzeug.security import generate_password_hash
from werkzeug.serving import make_server

from countersign import console
from countersign.audit.trail import open_trail
from countersign.decide.policy import DEFAULT_POLICY
from countersign.journey.ask_back import ask_back
from countersign.nouns.posting import PostingState
from countersign.post.deliver import Delivery, Options
from countersign.settings import Settings
from countersign.store import api_keys, master_data, people, policies, postings, schema
from countersign.store.database import Database
from countersign.store.postings import PostingRecord
from countersign.web.app import create_app
from countersign.web.services import Services, open_services

PASSWORD = "a long enough password"
SITE = "1000"
PEOPLE = {
    "anna": ("Anna Kowalska", ("operator", "supervisor")),
    "ben": ("Ben Okafor", ("operator",)),
    "cleo": ("Cleo Marin", ("supervisor",)),
    "erik": ("Erik Sandberg", ("erp",)),
    "paula": ("Paula Weiss", ("controller",)),
}
MATERIALS = {
    "VALVE-55": ("C62", "42.00", False),
    "BODY-55": ("C62", "12.50", False),
    "SEAL-12": ("C62", "3.20", True),
    "STEEL-S235": ("KGM", "1.15", False),
}
TYPES = {
    "material_actual": "countersign.material-consumption.v1",
    "yield_quantity": "countersign.production-confirmation.v1",
    "quantity": "countersign.scrap-report.v1",
}


def quantity(text: str, unit: str = "C62") -> dict[str, str]:
    return {"quantity_string": text, "unit_of_measure": unit}


class ConsolePlant:
    """The service on a free port with people, orders and a key; close it when done."""

    def __init__(
        self,
        folder: Path,
        *,
        empty_database: Path | None = None,
        models_dir: Path | None = None,
        staging_url: str = "",
    ) -> None:
        if empty_database is not None:
            shutil.copy(empty_database, folder / "plant.sqlite")
        settings = Settings(
            database_url=f"sqlite:///{folder}/plant.sqlite",
            models_dir=models_dir or folder / "models",
            erps={"demo": "sandbox+http://nowhere.invalid"},
            session_secret="only for this test",
            staging_url=staging_url,
        )
        self.services: Services = open_services(settings)
        self.app = create_app(settings, self.services)
        console.register(self.app)
        self._calls = OnDemand()
        self.erp = FakeErp(lambda: datetime.now(UTC))
        self._count = 0
        self._seed()
        self.delivery = Delivery(
            self.database,
            "demo",
            self.erp,
            "w1",
            ask_back,
            Options(executor=self._calls),
        )
        self.delivery.open()
        self.session = requests.Session()
        self.session.trust_env = False
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def database(self) -> Database:
        return self.services.database

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.session.close()
        self.services.close()

    def sign_in(self, person_id: str, password: str = PASSWORD) -> requests.Session:
        """Sign a person in over HTTP; the session's cookie is the proof."""
        session = requests.Session()
        session.trust_env = False
        address = f"{self.url}/console/sign-in"
        form = {
            "form_token": self.form_token(session, address),
            "person_id": person_id,
            "password": password,
        }
        answer = session.post(address, data=form, timeout=10, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return session

    def form_token(self, session: requests.Session, address: str) -> str:
        """Return the token that a page of this session gives its forms."""
        found = re.search(r'name="form_token" value="([^"]+)"', session.get(address).text)
        assert found is not None
        return found[1]

    def send(self, **data: Any) -> str:
        """Send an event to the interface; return its id in the service."""
        self._count += 1
        kind = next(value for name, value in TYPES.items() if name in data)
        happened = datetime.now(UTC) - timedelta(seconds=30)
        event = {
            "specversion": "1.0",
            "id": f"event-{self._count:06}",
            "source": "/sites/1000/gateways/gw1",
            "type": kind,
            "time": happened.isoformat(timespec="milliseconds"),
            "data": {
                "site_id": SITE,
                "order_id": "100234",
                "operation_id": "0010",
                **data,
            },
        }
        answer = self.session.post(
            f"{self.url}/v1/events",
            json=event,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=10,
        )
        assert answer.status_code == 202, answer.text
        event_id: str = answer.json()["event_id"]
        return event_id

    def consume(self, seals: str = "485", order_id: str = "100234", **data: Any) -> str:
        line = {
            "material_id": "SEAL-12",
            "quantity": quantity(seals),
            "material_lot_id": "LOT-77",
        }
        return self.send(order_id=order_id, material_actual=[line], **data)

    def begin_calls(self) -> None:
        """Have the worker take what waits: postings are sent, the ERP has not answered yet."""
        self.delivery.turn()

    def finish_calls(self) -> None:
        """Have the ERP answer, and the worker store what it said."""
        self._calls.go()
        self.delivery.turn()

    def deliver(self) -> None:
        """Deliver until nothing is left to do at this moment."""
        for _ in range(200):
            self._calls.go()
            if not self.delivery.turn() and not self._calls.waiting:
                return
        raise AssertionError("the delivery does not come to rest")

    def posting_of(self, event_id: str) -> PostingRecord:
        with self.database.read() as connection:
            (record,) = postings.of_event(connection, event_id)
        return record

    def in_state(self, state: PostingState) -> list[PostingRecord]:
        with self.database.read() as connection:
            return postings.find(connection, states=[state])

    def change(self, what: Callable[[Any], None]) -> None:
        """Change something in the store as another part of the service would."""
        with self.database.write() as connection:
            what(connection)

    def put_orders(self, *order_ids: str, **changes: Any) -> None:
        self.change(
            lambda connection: master_data.put(
                connection, "order", {key: order(key, **changes) for key in order_ids}
            )
        )

    def _seed(self) -> None:
        now = datetime.now(UTC)
        with self.database.write() as connection:
            for person_id, (name, roles) in PEOPLE.items():
                password = generate_password_hash(PASSWORD, "pbkdf2:sha256:1000")
                people.put(connection, person_id, name, roles, now, password)
            self.key = api_keys.create(connection, "gw1", ["events.write", "admin"], now)
            policies.add(connection, 1, supervising_policy(), "setup", "first", now)
            master_data.put(connection, "material", {key: _material(key) for key in MATERIALS})
            with open_trail(connection, now) as trail:
                trail.add("policy_changed", "setup", {"version": 1})
        self.put_orders("100234", "100235", "100236")


def empty_database(folder: Path) -> Path:
    """Make the tables once; plants copy the file, which is faster than making them again."""
    path = folder / "empty.sqlite"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.close()
    return path


def supervising_policy() -> dict[str, Any]:
    """Return a policy under which every event comes to a person."""
    use_cases = {
        name: {**body, "phase": "supervise"} for name, body in DEFAULT_POLICY["use_cases"].items()
    }
    return {**DEFAULT_POLICY, "use_cases": use_cases}


def order(order_id: str, **changes: Any) -> dict[str, Any]:
    """Return a released order of 500 valves as the ERP tells it."""
    component = {"operation_id": "0010", "backflushed": False}
    return {
        "order_id": order_id,
        "site_id": SITE,
        "material_id": "VALVE-55",
        "quantity": quantity("500"),
        "state": "released",
        "components": [
            {"material_id": "BODY-55", "quantity": quantity("500"), **component},
            {"material_id": "SEAL-12", "quantity": quantity("1000"), **component},
        ],
        "operations": [
            {
                "operation_id": number,
                "work_center_id": center,
                "setup_minutes": "15",
                "machine_minutes_per_piece": "0.5",
                "cost_center": "4711",
            }
            for number, center in (("0010", "WC-ASSY-05"), ("0020", "WC-PACK-02"))
        ],
        "changed_at": None,
        "planned_end_at": None,
        **changes,
    }


def _material(material_id: str) -> dict[str, Any]:
    unit, price, lots = MATERIALS[material_id]
    return {
        "material_id": material_id,
        "unit": unit,
        "description": "",
        "price": price,
        "lot_managed": lots,
        "conversions": [],
        "blocked": False,
    }
