"""All kinds of faults."""

from __future__ import annotations

from ignition import (
    faults_of_bindings,
    faults_of_files,
    faults_of_scripts,
    faults_of_tags,
    faults_of_views,
)
from ignition.fault import FAULTS, Fault

__all__ = [
    "FAULTS",
    "Fault",
    "faults_of_bindings",
    "faults_of_files",
    "faults_of_scripts",
    "faults_of_tags",
    "faults_of_views",
]
