"""``load``: a saved model of a table, whatever its kind."""

from __future__ import annotations

from pathlib import Path

from countersign.learn.ranker import read_ranker
from countersign.learn.ranking_model import RankingModel
from countersign.learn.saved import read_saved
from countersign.learn.table_model import Model
from countersign.learn.text_features import is_text_task
from countersign.learn.text_model import TextModel
from countersign.model.registry import ModelRefused


def load(folder: Path | str) -> Model:
    """Load a saved model from its folder, or the one in use from the folder of its task.

    Raises:
        ModelRefused: the files are missing, altered, or no model of this library.
    """
    saved = read_saved(folder)
    try:
        if is_text_task(saved.task):
            return TextModel(saved.scorer)
        if saved.task.kind != "rank":
            return Model(saved.scorer)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelRefused(f"{saved.folder} cannot be read: {error}") from error
    ranker = read_ranker(saved)
    return RankingModel(ranker.scorer, ranker.history)
