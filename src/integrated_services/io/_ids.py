"""Ids made from names: the same name gives the same id on every reading."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from integrated_services.model._personal import without_personal

_LONGEST = 80
_CYRILLIC: Final = dict(zip("абвгдеёзийклмнопрстуфхыэі", "abvgdeeziiklmnoprstufhyei", strict=True))
_LONG: Final = "ж zh ц ts ч ch ш sh щ shch ю yu я ya є ye ї yi ґ g ß ss æ ae ø o œ oe ł l đ d ð d þ th"
_PAIRS: Final = _LONG.split(" ")
_SILENT: Final = dict.fromkeys("ъь'’", "")
_SPECIAL: Final = str.maketrans({**_CYRILLIC, **dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)), **_SILENT})


def slug(name: str) -> str:
    """Make an id from a name.

    Parameters
    ----------
    name
        Name, in any script.

    Returns
    -------
    str
        Small letters, digits and hyphens: a valid id of 80 characters at most. Equal names (whatever their case,
        accents and blanks) give equal ids. Where no letter can be written in Latin, the name is too long, or something
        personal is left out of the id, a short digest of the name takes part.

    Examples
    --------
    >>> from integrated_services.io._ids import slug
    >>> slug("Rakvere vald"), slug("  Väike-Maarja   VALD "), slug("Koduteenus (kodus)")
    ('rakvere-vald', 'vaike-maarja-vald', 'koduteenus-kodus')
    """
    folded = unicodedata.normalize("NFC", name).casefold().translate(_SPECIAL)
    titled = name.title()  # names of persons are told by their capitals, and equal names are to give equal ids
    said = without_personal(titled, in_contact=True) or ""
    shown = folded if said == titled else unicodedata.normalize("NFC", said).casefold().translate(_SPECIAL)
    plain = "".join(c for c in unicodedata.normalize("NFKD", shown) if not unicodedata.combining(c))
    words = "-".join(re.findall(r"[a-z0-9]+", plain))
    if words and len(words) <= _LONGEST and said == titled:
        return words
    digest = hashlib.sha256(" ".join(folded.split()).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{words[: _LONGEST - 9].rstrip('-')}-{digest}" if words else f"x-{digest}"
