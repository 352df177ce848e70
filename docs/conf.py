"""Configuration of the documentation, which is built without any network."""

import sys
from pathlib import Path

from sphinx.application import Sphinx

import integrated_services

sys.path.insert(0, str(Path(__file__).parent))
import generate

project = "integrated_services"
author = "The integrated_services contributors"
copyright = author  # noqa: A001 - Sphinx asks for this name
version = release = integrated_services.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}

# Pages
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_title = f"integrated_services {version}"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist", "smartquotes"]
myst_heading_anchors = 3
copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# Reference
autodoc_class_signature = "separated"
autodoc_default_options = {"exclude-members": "__init__, __new__"}  # results are given, documents are loaded
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_numpy_docstring = True
napoleon_use_rtype = False
python_use_unqualified_type_names = True

# Every reference must lead somewhere. The standard library and other packages have their documentation elsewhere, and
# looking it up would need the network; so references into them are not followed, and all others are.
nitpicky = True
suppress_warnings = ["ref.python"]  # `date` in a signature is the class, and several nouns have a field of that name
nitpick_ignore_regex = [
    (
        r"py:.*",
        r"(annotated_types|attrs?|click|narwhals|networkx|nx|np|numpy|pydantic|pydantic_core|scipy|tqdm)(\..*)?",
    ),
    (r"py:.*", r"(altair|alt|pandas|pd|polars|pl|pyarrow|pa)(\..*)?"),
    (r"py:.*", r"(collections|concurrent|contextlib|datetime|decimal|difflib|enum|os|pathlib|typing)(\..*)?"),
    # Built-in types, and the standard library's by their short names.
    (r"py:(class|exc|obj)", r"(None|bool|bytes|dict|float|frozenset|int|list|object|set|str|tuple|type)"),
    (r"py:(class|exc|obj)", r"(Any|Callable|Iterable|Iterator|Literal|Mapping|Sequence|Path|date|Decimal|Self)"),
    (r"py:exc", r"(ImportError|KeyError|TypeError|ValueError|Exception)"),
    # Kinds of text and number that a field's annotation names; what they allow stands in the field's description.
    (
        r"py:class",
        r"(Ages|Amount|Count|Degree|FullDate|Id|Identifiers|LanguageCode|Name|Names|Number|SourceRef|Text|Unit)",
    ),
    (r"py:class", r"(AgencyKind|Basis|Consent|Level|Part|Per|Sector|Field|Ref|Strict(Bool|Int)|Annotated\[.*)"),
    # What a result keeps for itself, and the names of its choices.
    (r"py:class", r"(.*\.)?(Condition|Disclosure|Finding|How|Linked|Published|State|Status|Words|_[A-Za-z_]+)"),
    (r"py:class", r"(BeforeValidator|Fraction|WithJsonSchema)"),
    # Type variables.
    (r"py:(class|obj)", r"integrated_services\..*\.[A-Z]"),
]


def setup(app: Sphinx) -> None:
    """Keep napoleon away from the descriptions of fields: it takes what stands before a colon for a type."""
    kept: dict[str, list[str]] = {}

    def keep(_app: Sphinx, what: str, name: str, _obj: object, _options: object, lines: list[str]) -> None:
        has_sections = any(line.startswith("---") for line in lines)
        if what in {"attribute", "data", "property"} and not has_sections:
            kept[name] = lines[:]

    def give_back(_app: Sphinx, _what: str, name: str, _obj: object, _options: object, lines: list[str]) -> None:
        if name in kept:
            lines[:] = kept.pop(name)

    def fill(_app: Sphinx, _page: str, source: list[str]) -> None:
        source[0] = generate.filled(source[0])

    app.connect("source-read", fill)
    app.connect("autodoc-process-docstring", keep, priority=400)
    app.connect("autodoc-process-docstring", give_back, priority=600)
