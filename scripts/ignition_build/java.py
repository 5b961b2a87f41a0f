"""What Java does that shows in the platform's files: the order of a hash map, the bytes of gzip."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

FEWEST_BUCKETS = 16
LOAD_FACTOR = 0.75
HASH_MASK = 0xFFFFFFFF
GZIP_HEADER = b"\x1f\x8b\x08" + bytes(7)


def hash_of(text: str) -> int:
    """Return ``String.hashCode`` as an unsigned number."""
    units = text.encode("utf-16-be")
    value = 0
    for position in range(0, len(units), 2):
        unit = units[position] << 8 | units[position + 1]
        value = (31 * value + unit) & HASH_MASK
    return value


def hash_map_order(keys: Sequence[str]) -> list[str]:
    """Return keys in the order in which a ``java.util.HashMap`` filled with them gives them out."""
    count = FEWEST_BUCKETS
    while len(keys) > count * LOAD_FACTOR:
        count *= 2
    buckets: dict[int, list[str]] = {}
    for key in keys:
        value = hash_of(key)
        buckets.setdefault((value ^ value >> 16) & (count - 1), []).append(key)
    return [key for _, bucket in sorted(buckets.items()) for key in bucket]


def gzip(content: bytes) -> bytes:
    """Compress as ``java.util.zip.GZIPOutputStream`` does: no name, no time, no system."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(content) + packer.flush()
    return GZIP_HEADER + body + struct.pack("<II", zlib.crc32(content), len(content) & HASH_MASK)
