"""Opening files that anybody may have written: bounded time, bounded memory, and one kind of error."""

from __future__ import annotations

import errno
import io
import json
import math
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import TracebackType
from typing import Any, Final

from integrated_services.errors import FormatError
from integrated_services.io._guard_xml import LIMITS, Limits, check_xml, read_xml

__all__ = ["LIMITS", "Archive", "Limits", "check_xml", "inside", "read_xml", "safe_bytes", "safe_json", "safe_zip"]

_MIB = 1024 * 1024
_CHUNK = 64 * 1024
_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_HALF = re.compile("[\ud800-\udfff]")
_HALF_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,  # encrypted entries; also NotImplementedError for unknown methods
    ValueError,  # also names that are not Unicode
    OverflowError,
    IndexError,
)


def safe_bytes(path: str | os.PathLike[str], limits: Limits = LIMITS) -> bytes:
    """Read a file of moderate size; never waits for a pipe and never reads a device.

    Parameters
    ----------
    path
        File; a link to a file is followed.
    limits
        How large it may be.

    Returns
    -------
    bytes
        All of it.

    Raises
    ------
    FormatError
        Where there is no such file, it is no regular file, it may not be read, or it is too large.

    Examples
    --------
    >>> from integrated_services.io._guard import safe_bytes
    >>> safe_bytes("no-such-file.csv")
    Traceback (most recent call last):
    ...
    integrated_services.errors.FormatError: no-such-file.csv: There is no such file.
    """
    name = file_name(path)
    # A pipe without a writer would block for ever when it is opened in the ordinary way.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        number = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise FormatError(_why(error), name) from None
    try:
        with open(number, "rb", buffering=0) as stream:  # noqa: PTH123  a descriptor has no path
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise FormatError("This is no file but a folder, a pipe or a device; name a file.", name)
            if found.st_size > limits.max_bytes:
                raise _too_large(limits, name)
            return _read_all(stream, limits, name)
    except OSError as error:
        raise FormatError(_why(error), name) from None


def _read_all(stream: io.FileIO, limits: Limits, name: str) -> bytes:
    """Read to the end and no further than allowed: a file can grow, and some state no size."""
    parts, size = [], 0
    while part := stream.read(_MIB):
        size += len(part)
        if size > limits.max_bytes:
            raise _too_large(limits, name)
        parts.append(part)
    return b"".join(parts)


def _too_large(limits: Limits, name: str) -> FormatError:
    return FormatError(f"The file is larger than {limits.max_bytes:,} bytes; divide it.", name)


def _why(error: OSError | ValueError) -> str:
    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return "There is no such file."
    if number in (errno.EISDIR, errno.ENXIO):
        return "This is no file but a folder, a pipe or a device; name a file."
    if number in (errno.EACCES, errno.EPERM):
        return "The file may not be read; ask its owner for the right to."
    return "The file cannot be read; check its name."


def file_name(path: str | os.PathLike[str]) -> str:
    """Give the name without the folder, fit for a message.

    Parameters
    ----------
    path
        File.

    Returns
    -------
    str
        Last part of the path, at most 200 characters, without anything that cannot be printed.
    """
    name = os.fspath(path)
    last = os.path.basename(str(name)) or str(name)  # noqa: PTH119  Path refuses some names that os.open refuses later
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in last[:200])


def inside(folder: str | os.PathLike[str], relative: str) -> Path:
    """Give the path of a file that another file names, if it lies in the folder.

    Parameters
    ----------
    folder
        Folder that must not be left.
    relative
        Name from a data package or the like; parts are separated by ``/``.

    Returns
    -------
    Path
        The place, links followed.

    Raises
    ------
    FormatError
        For absolute names, ``..``, drives, addresses, names with a backslash or control characters, and links
        that lead out of the folder.

    Examples
    --------
    >>> from integrated_services.io._guard import inside
    >>> inside("data", "../secret.csv")
    Traceback (most recent call last):
    ...
    integrated_services.errors.FormatError: The name '../secret.csv' leads out of its folder; name a file inside.
    """
    refused = FormatError(f"The name {relative[:200]!r} leads out of its folder; name a file inside.")
    if _leads_out(relative):
        raise refused
    try:
        base = Path(folder).resolve()
        place = (base / relative).resolve()
    except (OSError, RuntimeError, ValueError):  # loops of links
        raise refused from None
    if place == base or base not in place.parents:
        raise refused
    return place


def _leads_out(name: str) -> bool:
    windows = PureWindowsPath(name)
    return (
        not name
        or "\\" in name
        or ":" in name
        or not name.isprintable()
        or bool(windows.drive or windows.root)
        or PurePosixPath(name).is_absolute()
        or ".." in PurePosixPath(name).parts
    )


# ------------------------------------------------------------------------------------------------------- archives


class Archive:
    """A zip archive in memory whose entries were checked; reading gives `FormatError` only.

    Parameters
    ----------
    data
        The archive.
    limits
        How much it may unpack to.
    file
        Name for messages.
    """

    def __init__(self, data: bytes, limits: Limits, file: str | None) -> None:
        self.file = file
        self.limits = limits
        # Each entry of the directory begins with this mark, whatever number of entries the archive states.
        if data.count(_DIRECTORY_ENTRY) > limits.max_entries:
            raise FormatError(f"The archive has more than {limits.max_entries:,} entries.", file)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED:
            raise FormatError("The file is no archive, or it is damaged; save it again.", file) from None
        try:
            _check_entries(self._zip, limits, file)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __contains__(self, name: object) -> bool:
        return name in self._zip.NameToInfo

    def close(self) -> None:
        """Let go of the data."""
        self._zip.close()

    def namelist(self) -> list[str]:
        """Give the names of the entries.

        Returns
        -------
        list[str]
            Without folders.
        """
        return [entry.filename for entry in self._zip.infolist() if not entry.is_dir()]

    def chunks(self, name: str) -> Iterator[bytes]:
        """Unpack one entry bit by bit.

        Parameters
        ----------
        name
            Name of the entry.

        Yields
        ------
        bytes
            At most 64 KiB.

        Raises
        ------
        FormatError
            Where there is no such entry, or it is damaged or encrypted.
        """
        if name not in self:
            raise FormatError(f"The archive has no entry {name[:200]!r}.", self.file)
        try:
            with self._zip.open(name) as stream:
                while part := stream.read(_CHUNK):
                    yield part
        except _DAMAGED:
            raise FormatError(
                f"The entry {name[:200]!r} of the archive is damaged or encrypted; save the file again.", self.file
            ) from None

    def read(self, name: str) -> bytes:
        """Unpack one entry.

        Parameters
        ----------
        name
            Name of the entry.

        Returns
        -------
        bytes
            All of it.

        Raises
        ------
        FormatError
            Where there is no such entry, or it is damaged or encrypted.
        """
        return b"".join(self.chunks(name))


def safe_zip(source: str | os.PathLike[str] | bytes, limits: Limits = LIMITS, file: str | None = None) -> Archive:
    """Open a zip archive after its entries were checked: names, number, sizes, ratio, overlaps.

    Parameters
    ----------
    source
        File, or its content.
    limits
        How much it may unpack to.
    file
        Name for messages where the content is given.

    Returns
    -------
    Archive
        Has ``namelist``, ``read``, ``chunks`` and ``close`` and is a context manager.

    Raises
    ------
    FormatError
        Where the archive is damaged or would unpack to too much, or a name leads out of it.

    Examples
    --------
    >>> import io, zipfile
    >>> from integrated_services.io._guard import safe_zip
    >>> with zipfile.ZipFile(stream := io.BytesIO(), "w") as made:
    ...     made.writestr("../../evil.csv", "a,b")
    >>> safe_zip(stream.getvalue())
    Traceback (most recent call last):
    ...
    integrated_services.errors.FormatError: The name '../../evil.csv' in the archive leads out of it.
    """
    if isinstance(source, bytes):
        return Archive(source, limits, file)
    return Archive(safe_bytes(source, limits), limits, file or file_name(source))


def _check_entries(archive: zipfile.ZipFile, limits: Limits, file: str | None) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if len(names) < len(entries):
        raise FormatError("The archive holds one name twice; save the file again.", file)
    total = sum(entry.file_size for entry in entries)
    if total > limits.max_unpacked:
        raise FormatError(f"The archive unpacks to more than {limits.max_unpacked:,} bytes.", file)
    for entry in entries:
        _check_entry(entry, limits, file)
    by_place = sorted(entries, key=lambda entry: entry.header_offset)
    ends = [*(entry.header_offset for entry in by_place), archive.start_dir][1:]
    for entry, end in zip(by_place, ends, strict=True):
        # 30 bytes are the least that stands before the data
        if entry.header_offset < 0 or entry.header_offset + 30 + entry.compress_size > end:
            raise FormatError("Entries of the archive overlap; such a file is refused.", file)


def _check_entry(entry: zipfile.ZipInfo, limits: Limits, file: str | None) -> None:
    name = entry.filename
    shown = repr(name[:200])
    # some programs write names with backslashes; orig_filename shows a NUL, where zipfile ends the name
    plain = entry.orig_filename.replace("\\", "/").removesuffix("/")
    if _leads_out(plain) or "\0" in entry.orig_filename:
        raise FormatError(f"The name {shown} in the archive leads out of it.", file)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise FormatError(f"The entry {shown} of the archive is a link; such a file is refused.", file)
    if entry.flag_bits & 0x1:
        raise FormatError("The archive is encrypted; save it without a password.", file)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FormatError(f"The entry {shown} of the archive is packed in an unusual way; save the file again.", file)
    if entry.file_size > _MIB and entry.file_size > limits.max_ratio * max(entry.compress_size, 1):
        raise FormatError(
            f"The entry {shown} unpacks to more than {limits.max_ratio} times its size; such a file is refused.", file
        )


# ----------------------------------------------------------------------------------------------------------- JSON


def safe_json(data: bytes | str, limits: Limits = LIMITS, file: str | None = None) -> Any:
    """Read JSON of bounded depth and size, without NaN, infinite numbers and doubled keys.

    Halves of characters (texts that a program cut off inside of an emoji) become U+FFFD.

    Parameters
    ----------
    data
        UTF-8 (with or without a byte order mark), UTF-16 or UTF-32, or the text.
    limits
        ``max_bytes``, ``max_depth``; lists and objects are limited by ``max_cells``.
    file
        Name for messages.

    Returns
    -------
    Any
        Plain values.

    Raises
    ------
    FormatError
        Where it is not JSON, or asks for too much.

    Examples
    --------
    >>> from integrated_services.io._guard import safe_json
    >>> safe_json(b'{"a": [1, 2.5, null]}')
    {'a': [1, 2.5, None]}
    >>> safe_json(b"[1e999]")
    Traceback (most recent call last):
    ...
    integrated_services.errors.FormatError: The number 1e999 in the JSON is too large.
    """
    try:
        return _parsed(data, limits)
    except json.JSONDecodeError as error:
        raise FormatError(f"The text cannot be read as JSON: {error.msg}.", file, error.lineno, error.colno) from None
    except UnicodeDecodeError:
        raise FormatError("The JSON is not UTF-8; save it with the encoding UTF-8.", file) from None
    except RecursionError:
        raise FormatError("The JSON is nested too deeply.", file) from None
    except FormatError as error:
        raise FormatError(error.message, file) from None


def _parsed(data: bytes | str, limits: Limits) -> Any:
    if len(data) > limits.max_bytes:
        raise FormatError(f"The JSON is larger than {limits.max_bytes:,} bytes; divide it.")
    text = data if isinstance(data, str) else data.decode(json.detect_encoding(data))
    text = text.removeprefix("\ufeff")
    # Some bytes of text can make a hundred times as much in memory; strings with such signs in them hardly matter.
    if text.count("[") + text.count("{") > limits.max_cells or text.count(",") > 4 * limits.max_cells:
        raise FormatError(f"The JSON has more than {limits.max_cells:,} lists, objects or values; divide it.")
    raw = json.loads(
        text, parse_int=_whole, parse_float=_finite, parse_constant=_constant, object_pairs_hook=_unambiguous
    )
    if _is_deeper(raw, limits.max_depth):
        raise FormatError("The JSON is nested too deeply.")
    return _whole_characters(raw) if _HALF_ESCAPE.search(text) or _HALF.search(text) else raw


def _whole_characters(raw: Any) -> Any:
    """Replace halves of characters, which no other program can store, by U+FFFD; the depth is known to be bounded."""
    if isinstance(raw, str):
        return _HALF.sub("\ufffd", raw)
    if isinstance(raw, list):
        return [_whole_characters(value) for value in raw]
    if isinstance(raw, dict):
        return {_HALF.sub("\ufffd", key): _whole_characters(value) for key, value in raw.items()}
    return raw


def _whole(text: str) -> int:
    if len(text) > 300:  # no floating-point number could hold it
        raise FormatError(f"A number of {len(text)} digits in the JSON is too large.")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise FormatError(f"The number {text[:40]} in the JSON is too large.")
    return number


def _constant(name: str) -> Any:
    raise FormatError(f"{name} is not a number in JSON; leave the field out where the value is unknown.")


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        double = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise FormatError(f"The key {double[:100]!r} is twice in one object of the JSON; keep one of them.")
    return found


def _is_deeper(raw: object, depth: int) -> bool:
    """Look level by level, without recursion."""
    level = [raw] if isinstance(raw, dict | list) else []
    for _ in range(depth):
        if not level:
            return False
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
    return bool(level)
