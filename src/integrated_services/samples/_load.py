"""The documents that come with the package."""

from __future__ import annotations

from importlib.resources import files

from integrated_services.errors import UnknownIdError, nearest
from integrated_services.model import Framework, loads

_NAMES = ("elektrenai", "laane-viru", "care-centres", "ida-harju", "institutional-care-reform")


def names() -> tuple[str, ...]:
    """Name the sample frameworks.

    Returns
    -------
    tuple[str, ...]
        What `load` takes.

    Examples
    --------
    >>> from integrated_services import samples
    >>> samples.names()
    ('elektrenai', 'laane-viru', 'care-centres', 'ida-harju', 'institutional-care-reform')
    """
    return _NAMES


def load(name: str) -> Framework:
    """Load a sample framework.

    Parameters
    ----------
    name
        One of `names`.

    Returns
    -------
    Framework
        The framework: what its announcement states, and assumptions marked as such.

    Raises
    ------
    UnknownIdError
        Where there is no such sample; names the nearest ones.

    Examples
    --------
    >>> from integrated_services import samples
    >>> fw = samples.load("laane-viru")
    >>> fw.projects["laane-viru-model"].finance.grant.plain()
    '281160 EUR'
    """
    if name not in _NAMES:
        raise UnknownIdError("sample", name, nearest(name, _NAMES) or _NAMES)
    file = f"{name}.json"
    return loads(files("integrated_services.samples").joinpath(file).read_bytes(), file=file)


def describe(name: str, *, language: str | None = None) -> str:
    """Say in a few sentences what a sample framework is about.

    Parameters
    ----------
    name
        One of `names`.
    language
        Language code; missing: the first language of the document.

    Returns
    -------
    str
        Title and description.

    Raises
    ------
    UnknownIdError
        Where there is no such sample.

    Examples
    --------
    >>> from integrated_services import samples
    >>> samples.describe("laane-viru").partition(".")[0]
    'Lääne-Viru county integrated service model to prevent school dropout'
    """
    framework = load(name)
    texts = [framework.title.text(language)]
    if framework.description is not None:
        texts.append(framework.description.text(language))
    return ". ".join(text.rstrip(".") for text in texts) + "."
