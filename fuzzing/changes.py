"""Changes sound inputs: bytes, texts, XML inside of archives, and plain values."""

from __future__ import annotations

import copy
import io
import random
import re
import zipfile
from functools import cache
from typing import Any

NUMBERS = ("0", "-1", "1", "255", "65536", "1048577", "2147483648", "99999999999", "1e308", "1e999", "-0", "nan", "0.1")
TEXTS = (
    *(
        "",
        " ",
        "-",
        "=1+1",
        "@x",
        "+1",
        "'",
        '"',
        ";",
        ",",
        "\t",
        "\n",
        "\r",
        "\0",
        "\x1f",
        "\ufeff",
        "\u202e",
        "\u2028",
    ),
    *("õ", "šĄ", "😀", "\ud83d", "e\u0301", "%", "..", "../../x", "C:\\x", "http://a.example/", "a@b.example"),
    *("ca 3", "2-3", "1.234", "1,5", "> 5", "jah", "ei tea", "puudub", "n/a", "03/04/2022", "2022-13-45", "mai 2022"),
    *("38001010000", "+372 5123 4567", "true", "null", "NaN", "0141", "x" * 300, "a; b; c", "(a, b", "1e5", "--"),
)
MARKUP = (
    *(
        "<a>",
        "</a>",
        "<c/>",
        "<v>7</v>",
        "<row/>",
        "<!-- x -->",
        "<![CDATA[x]]>",
        "<?x?>",
        "&amp;",
        "&x;",
        "&#0;",
        "&#65;",
    ),
    *("<!DOCTYPE a>", '<c r="XFD1048576"><v>1</v></c>', '<mergeCell ref="A1:ZZ99"/>', "<rPh>", "<t>", "</t>"),
)


def changed_bytes(rng: random.Random, data: bytes) -> bytes:
    """Change some bytes: set, cut, double, insert."""
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        start = rng.randrange(len(made) + 1)
        end = min(start + rng.choice((1, 2, 4, 32)), len(made))
        kind = rng.randrange(5)
        if kind == 0:
            made[start:end] = rng.randbytes(end - start)
        elif kind == 1:
            del made[start:end]
        elif kind == 2:
            made[start:start] = made[start:end]
        elif kind == 3:
            made[start:end] = rng.choice((b"\0", b"\xff", b"\x7f")) * (end - start)
        elif made:
            place = min(start, len(made) - 1)
            made[place] ^= 1 << rng.randrange(8)
    return bytes(made[: rng.randrange(len(made) + 1)] if rng.random() < 0.03 else made)


def changed_text(rng: random.Random, text: str) -> str:
    """Change a text by its parts: lines, cells, numbers."""
    parts = re.split(r"([;,\t|\n\r\"]|[0-9]+)", text)
    for _ in range(rng.choice((1, 1, 2, 5))):
        place = rng.randrange(len(parts))
        kind = rng.randrange(5)
        if kind == 0:
            parts[place] = rng.choice(NUMBERS if parts[place].isdigit() else TEXTS)
        elif kind == 1:
            del parts[place : place + rng.choice((1, 3))]
        elif kind == 2:
            parts[place:place] = parts[place : place + 6] * rng.choice((1, 2, 20))
        elif kind == 3:
            parts.insert(place, rng.choice(TEXTS))
        else:
            other = rng.randrange(len(parts))
            parts[place], parts[other] = parts[other], parts[place]
        parts = parts or [""]
    return "".join(parts)


def changed_markup(rng: random.Random, text: str) -> str:
    """Change XML by its tags, attributes and texts."""
    parts = re.split(r"(<[^>]*>)", text)
    for _ in range(rng.choice((1, 1, 2, 4))):
        place = rng.randrange(len(parts))
        # most changes keep the tags paired
        kind = rng.choice((0, 0, 0, 0, 4, 4, 4, 1, 2, 3, 5))
        if kind == 0:
            place = rng.choice([index for index, part in enumerate(parts) if '="' in part] or [place])
            values = list(re.finditer(r'"([^"]*)"', parts[place]))
            if values:
                value = rng.choice(values)
                new = rng.choice((*NUMBERS, *TEXTS, "A1", "ZZ9", "s", "str", "b", "e", "inlineStr", "float", "date"))
                new = re.sub('["<&\ud83d]', "", new)
                parts[place] = parts[place][: value.start(1)] + new + parts[place][value.end(1) :]
        elif kind == 1:
            del parts[place : place + rng.choice((1, 2, 4))]
        elif kind == 2:
            parts[place:place] = parts[place : place + rng.choice((2, 8))] * rng.choice((1, 3))
        elif kind == 3:
            parts.insert(place, rng.choice(MARKUP))
        elif kind == 4:
            place = place - place % 2 if len(parts) > 1 else 0  # texts and tags take turns
            parts[place] = re.sub("[<&\0\x1f\ud83d]", "", rng.choice((*NUMBERS, *TEXTS)))
        else:
            other = rng.randrange(len(parts))
            parts[place], parts[other] = parts[other], parts[place]
        parts = parts or [""]
    return "".join(parts)


@cache
def _entries(data: bytes) -> tuple[tuple[str, bytes], ...]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def changed_archive(rng: random.Random, data: bytes) -> bytes:
    """Change an entry of an archive, its name, or the archive itself."""
    if rng.random() < 0.1:
        return changed_bytes(rng, data)
    entries = list(_entries(data))
    place = rng.randrange(len(entries))
    name, content = entries[place]
    kind = rng.random()
    if kind < 0.03:
        del entries[place]
    elif kind < 0.06:
        entries[place] = (rng.choice(("../x", "a/b", "xl/workbook.bin", "content.xml", name.upper())), content)
    elif kind < 0.15:
        entries[place] = (name, changed_bytes(rng, content))
    else:
        entries[place] = (name, changed_markup(rng, content.decode("utf-8", "replace")).encode("utf-8", "replace"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for entry, content in dict(entries).items():
            archive.writestr(entry, content)
    return stream.getvalue()


def changed_value(rng: random.Random, value: Any) -> Any:
    """Change a plain value of lists, mappings and scalars at some places."""
    made = copy.deepcopy(value)
    for _ in range(rng.choice((1, 1, 2, 4))):
        holder, key = _place(rng, made)
        if holder is None:
            return _scalar(rng)
        kind = rng.randrange(6)
        if kind == 0:
            del holder[key]
        elif kind == 1:
            holder[key] = [holder[key]]
        elif kind == 2:
            holder[key] = {str(_scalar(rng)): holder[key]}
        elif kind == 3 and isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        elif kind == 3 and isinstance(holder, dict):
            holder[str(_scalar(rng))] = copy.deepcopy(holder[key])
        else:
            holder[key] = _scalar(rng)
    return made


def _scalar(rng: random.Random) -> Any:
    return rng.choice((None, True, False, 0, -1, 1.5, 2**40, 1e300, [], {}, "", *NUMBERS, *TEXTS))


def _place(rng: random.Random, value: Any) -> tuple[Any, Any]:
    """Give a container and the key of something in it, the deeper the likelier."""
    places: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            places.append((node, key))
            waiting.append(node[key])
    return rng.choice(places) if places else (None, None)
