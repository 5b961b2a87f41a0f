"""``load``: a saved model of a table, whatever its kind."""

from __future__ import annotations

from pathlib import Path

from countersign.learn.code_history import CodeHistory
from countersign.learn.ranking_model import RankingModel
from countersign.learn.table_model import Model, task_from_data
from countersign.learn.text_features import is_text_task
from countersign.learn.text_model import TextModel
from countersign.model import registry
from countersign.model.registry import ModelRefused


def load(folder: Path | str) -> Model:
    """Load a saved model from its folder, or the one in use from the folder of its task.

    Raises:
        ModelRefused: the files are missing, altered, or no model of this library.
    """
    folder = Path(folder)
    if (folder / registry.ACTIVE).exists():
        folder = folder / str(registry.active_version(folder.parent, folder.name))
    card = registry.read_card(folder)
    try:
        task = task_from_data(card["spec"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelRefused(
            f"{folder} is no model of a table: the spec on its card cannot be read ({error})"
        ) from error
    if task.name != folder.parent.name:
        raise ModelRefused(f"{folder} holds a model of {task.name}, not of {folder.parent.name}")
    scorer = registry.load(folder.parent.parent, task, folder.name)
    try:
        if is_text_task(task):
            return TextModel(scorer)
        if task.kind != "rank":
            return Model(scorer)
        history = CodeHistory.from_bytes(task, registry.read_state(folder, card))
        return RankingModel(scorer, history)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ModelRefused(f"{folder} cannot be read: {error}") from error
