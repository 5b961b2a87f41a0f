"""The command ``countersign``: one group of commands per file."""

from __future__ import annotations

import logging

import click

from countersign.cli.account_determination import account_determination
from countersign.cli.audit import audit
from countersign.cli.database import db
from countersign.cli.erp import erp
from countersign.cli.erp_preview import preview
from countersign.cli.feedback import (
    challenge,
    labels,
    learn_booked_codes,
    learn_sorted_causes,
    retrain,
)
from countersign.cli.forecasts import ahead
from countersign.cli.import_events import import_events
from countersign.cli.keys import keys
from countersign.cli.models import evaluate, learn_history, models, predict, train
from countersign.cli.people import people
from countersign.cli.policy import policy
from countersign.cli.processes import serve, worker
from countersign.cli.transaction_groups import transaction_groups


@click.group()
@click.version_option(package_name="countersign")
def main() -> None:
    """Book what really happened on the shop floor in the ERP: judged, once, and provable."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


for command in (
    ahead,
    account_determination,
    audit,
    db,
    erp,
    evaluate,
    import_events,
    keys,
    learn_history,
    models,
    people,
    policy,
    predict,
    serve,
    train,
    transaction_groups,
    worker,
):
    main.add_command(command)
erp.add_command(preview)
for command in (challenge, labels, learn_booked_codes, learn_sorted_causes, retrain):
    models.add_command(command)
