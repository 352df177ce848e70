"""Streams of compound files, in which Excel 97 to 2003 and encrypted workbooks are stored."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator

import attrs

from integrated_services.errors import FormatError

__all__ = ["ole_stream"]

_LAST = 0xFFFFFFFA  # numbers from here on are no sectors
_SECTORS_IN_HEADER = 109


@attrs.frozen
class _Entry:
    """One entry of the directory."""

    name: str
    kind: int
    start: int
    size: int


class _Compound:
    """A compound file whose chains of sectors are followed no further than there are sectors."""

    def __init__(self, data: bytes) -> None:
        shift, mini_shift = struct.unpack_from("<HH", data, 0x1E)
        if shift not in (9, 12) or mini_shift != 6:
            raise FormatError("The file is damaged; save it again.")
        self.data = data
        self.size = 1 << shift
        self.cutoff = struct.unpack_from("<I", data, 0x38)[0]
        self.table = self._table()
        directory = self.chain(struct.unpack_from("<I", data, 0x30)[0])
        self.entries = [self._entry(directory, place) for place in range(0, len(directory) - 127, 128)]

    def sector(self, number: int) -> bytes:
        place = (number + 1) * self.size
        return self.data[place : place + self.size]

    def _table(self) -> list[int]:
        """Read the table that says which sector follows which."""
        numbers = list(struct.unpack_from(f"<{_SECTORS_IN_HEADER}I", self.data, 0x4C))
        following = struct.unpack_from("<I", self.data, 0x44)[0]
        most = len(self.data) // self.size
        seen = 0
        while following < _LAST and seen <= most:
            part = self.sector(following)
            listed = struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4])
            if not listed:
                break
            numbers += listed[:-1]
            following = listed[-1]
            seen += 1
        table: list[int] = []
        used = [number for number in numbers if number < _LAST]
        if len(used) > most + 1:
            raise FormatError("The file is damaged; save it again.")
        for number in used:
            part = self.sector(number)
            table += struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4])
        return table

    def _numbers(self, start: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table)):
            if start >= len(table):
                return
            yield start
            start = table[start]
        raise FormatError("The file is damaged: its parts go round in a circle; save it again.")

    def chain(self, start: int) -> bytes:
        return b"".join(map(self.sector, self._numbers(start, self.table)))

    @staticmethod
    def _entry(directory: bytes, place: int) -> _Entry:
        length = min(struct.unpack_from("<H", directory, place + 64)[0], 64)
        name = directory[place : place + max(length - 2, 0)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, place + 116)
        return _Entry(name.lower(), directory[place + 66], start, size)

    def stream(self, entry: _Entry) -> bytes:
        if entry.size >= self.cutoff:
            return self.chain(entry.start)[: entry.size]
        root = next((other for other in self.entries if other.kind == 5), None)
        if root is None:
            raise FormatError("The file is damaged; save it again.")
        small = self.chain(root.start)
        part = self.chain(struct.unpack_from("<I", self.data, 0x3C)[0])
        table = list(struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4]))
        numbers = self._numbers(entry.start, table)
        return b"".join(small[number * 64 : number * 64 + 64] for number in numbers)[: entry.size]


def ole_stream(data: bytes, names: Collection[str]) -> bytes | None:
    """Give the first stream of a compound file that has one of some names.

    Parameters
    ----------
    data
        The file.
    names
        Names in small letters.

    Returns
    -------
    bytes | None
        None where there is none.

    Raises
    ------
    FormatError
        Where the file is damaged.
    struct.error
        Where it is cut off.
    """
    compound = _Compound(data)
    entry = next((entry for entry in compound.entries if entry.kind == 2 and entry.name in names), None)
    return None if entry is None else compound.stream(entry)
