"""Pictures in the journey: who looks at them, and whether the model in use has places for them."""

from __future__ import annotations

import logging

from countersign.assess.scrap_report import TASK
from countersign.intake.pictures import PictureReader
from countersign.model import pictures
from countersign.model.encoder import EncoderRefused, SizedEncoder, find_sized_encoder
from countersign.model.trained import Model
from countersign.settings import Settings, SettingsError

log = logging.getLogger(__name__)


def open_pictures(settings: Settings) -> PictureReader | None:
    """Open what reads the pictures of scrap reports, ``None`` where the plant has no encoder.

    Raises :class:`SettingsError`.
    """
    if not settings.scrap_encoder or settings.pictures_dir is None:
        return None
    if not settings.pictures_dir.is_dir():
        raise SettingsError(f"COUNTERSIGN_PICTURES_DIR: {settings.pictures_dir} is no folder")
    return PictureReader(settings.pictures_dir, find_scrap_encoder(settings))


def find_scrap_encoder(settings: Settings) -> SizedEncoder:
    """Make the encoder that the settings name; raises :class:`SettingsError`."""
    try:
        return find_sized_encoder(settings.scrap_encoder)
    except EncoderRefused as refusal:
        raise SettingsError(f"COUNTERSIGN_SCRAP_ENCODER: {refusal}") from refusal


def places(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the places for pictures that models are trained with, by the name of the task."""
    if not settings.scrap_encoder:
        return {}
    encoder = find_scrap_encoder(settings)
    return {TASK.name: pictures.places_of(encoder.name, encoder.size)}


def advice(model: Model, encoder: SizedEncoder | None) -> str:
    """Say what to do where a model cannot use what the encoder sees; empty where it can."""
    if encoder is None or model.name != TASK.name:
        return ""
    if model.task.features == (*TASK.features, *pictures.places_of(encoder.name, encoder.size)):
        return ""
    return (
        f"model {model.name} {model.version} has no places for the pictures of {encoder.name}: it "
        "serves without them; run countersign train with the same COUNTERSIGN_SCRAP_ENCODER"
    )
