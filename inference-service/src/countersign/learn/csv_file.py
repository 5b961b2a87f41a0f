"""CSV files as ERPs and spreadsheets write them: any usual encoding and separator, all cells text.

Nothing is guessed that could be guessed wrong: a file that is no plain table is refused with what
to change.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path

import pandas as pd

from countersign.learn.refusal import TrainingRefused

SEPARATORS = (",", ";", "\t", "|")
SNIFFED_LINES = 200
SNIFFED_CHARACTERS = 1 << 18
SEPARATOR_ATTRIBUTE = "separator"
"""Where a frame says how its file kept cells apart: it hints at how numbers are written."""
_UNPACK: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
    ".zip": lambda content: _only_member(content),
}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1")


def read_frame(path: Path | str) -> pd.DataFrame:
    """Read a CSV file (also compressed) with every cell as text, so that no zero is lost.

    Encoding (UTF-8, UTF-16 or Windows-1252) and separator (comma, semicolon, tab or bar) are
    found in the file. Spaces around names are dropped, and columns that have neither a name nor
    a value.

    Raises:
        TrainingRefused: the file cannot be read, or is no table.
    """
    path = Path(path)
    try:
        unpack = _UNPACK.get(path.suffix.lower(), bytes)
        text = _decode(unpack(path.read_bytes()), path)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise TrainingRefused(f"{path} cannot be read: {error}") from error
    separator = _find_separator(text, path)
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
        )
    except ValueError as error:
        said = " ".join(str(error).split())
        raise TrainingRefused(
            f"{path} cannot be read as CSV: {said}; put cells that hold the separator into quotes"
        ) from error
    return _headed(frame, separator)


def _headed(frame: pd.DataFrame, separator: str) -> pd.DataFrame:
    """Make the first row the names of the columns."""
    names = ["" if pd.isna(name) else str(name).strip() for name in frame.iloc[0]]
    frame = frame.iloc[1:].reset_index(drop=True)
    frame.columns = pd.Index(names, dtype=object)
    is_kept = [
        bool(name) or not empty for name, empty in zip(names, frame.isna().all(), strict=True)
    ]
    frame = frame.loc[:, is_kept]
    frame.attrs[SEPARATOR_ATTRIBUTE] = separator
    return frame


def _decode(content: bytes, path: Path) -> str:
    if content.startswith(_WORKBOOKS):
        raise TrainingRefused(
            f"{path} is a workbook or another binary file; save the table as CSV (UTF-8)"
        )
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise TrainingRefused(
            f"{path} is not plain text: line {text[: text.index(chr(0))].count(chr(10)) + 1} "
            "holds a NUL character; export the table as CSV (UTF-8) once more"
        )
    if not text.strip():
        raise TrainingRefused(f"{path} is empty; the first line has to name the columns")
    return text


def _only_member(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if len(names) != 1:
            raise TrainingRefused(f"the archive holds {len(names)} files; leave only the table in")
        return archive.read(names[0])


def _find_separator(text: str, path: Path) -> str:
    """Return what splits most lines into the same number of cells, as many as the first line has.

    Raises:
        TrainingRefused: there are lines above the names of the columns.
    """
    lines = io.StringIO(text[:SNIFFED_CHARACTERS], newline="")
    sample = list(islice(lines, SNIFFED_LINES))
    if len(text) > SNIFFED_CHARACTERS and len(sample) < SNIFFED_LINES:
        sample = sample[:-1] or sample
    best, most = ",", 1
    first_of_best = 1
    for separator in SEPARATORS:
        counts = [len(row) for row in csv.reader(sample, delimiter=separator) if row]
        usual = Counter(counts).most_common(1)[0][0] if counts else 1
        if max(usual, counts[0] if counts else 1) > most:
            best, most, first_of_best = separator, max(usual, counts[0]), counts[0]
    if first_of_best * 2 < most:
        raise TrainingRefused(
            f"the first line of {path} has {first_of_best} cells, most lines have {most}; "
            "remove the lines above the names of the columns"
        )
    return best
