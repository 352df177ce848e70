"""Eight workbooks of the local governments of Lääne-Viru, in eight layouts as municipalities really have them.

The services, agencies and places are those of the sample `laane-viru`. What the sample assumes (places, waiting, staff)
is marked as an assumption where the layout has room for a remark; for the others a person says it in the mapping
(`basis: assumed`, see `corrections.json`); languages, addresses and contact persons are invented (example.org).

    python tests/workbooks/make_workbooks.py FOLDER
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from integrated_services import samples
from integrated_services.io._ids import slug
from integrated_services.model import Framework, Service, loads

DAY = "2022-09-15"
ASSUMED = "oletus"
FILES = {
    "vaike-maarja": "vaike-maarja.xlsx",
    "haljala": "haljala.csv",
    "kadrina": "kadrina.xlsx",
    "viru-nigula": "viru-nigula.xlsx",
    "rakvere-parish": "rakvere_vald.xlsx",
    "rakvere-town": "rakvere_linn.txt",
    "vinni": "vinni.ods",
    "tapa": "tapa.xlsx",
}
"""File of each local government; the first one fills the template of the package."""
SHARED = ("virol", "rakvere-police-station", "sib-prevention", "school-nurses")
Row = dict[str, Any]
Table = list[list[Any]]

_ACCESS = {"open": "vaba", "referral": "saatekirjaga", "decision": "KOV otsusega"}
_CHANNEL = {"on_site": "kohapeal", "mobile": "kodus", "online": "veebis"}
_CONSENT = {"none": "ei ole vaja", "person": "inimene ise", "guardian": "vanem", "person_and_guardian": "laps ja vanem"}
_STATUS = {"active": "toimib", "pilot": "piloot", "planned": "plaanis", "closed": "suletud"}
_SECTOR = {
    "education": "haridus", "social": "sotsiaal", "child_protection": "lastekaitse", "health": "tervishoid",
    "youth": "noorsootöö", "police": "politsei", "administration": "haldus",
}  # fmt: skip
_ROLES = {"psychologist": "psühholoog", "child-protection-worker": "lastekaitsetöötaja"}


def text(label: Any) -> str:
    """The Estonian text of a label."""
    return label.text("et")


def rows_of(framework: Framework, place: str) -> list[Row]:
    """What one local government knows of the services for its people."""
    found = []
    for service in framework.services:
        for delivery in service.deliveries:
            is_here = place in delivery.area or "laane-viru" in delivery.area
            found += [_row(framework, place, service, delivery)] if is_here else []
    return found


def _row(framework: Framework, place: str, service: Service, delivery: Any) -> Row:
    provider = framework.agencies[_provider(service, place)]
    ages = service.eligibility.ages if service.eligibility and service.eligibility.ages else (7, 18)
    site = framework.sites[delivery.site] if delivery.site else None
    post = delivery.posts[0] if delivery.posts else None
    where = [place] if place in delivery.area else ["laane-viru"]
    return {
        "service": text(service.name),
        "agency": text(provider.name),
        "sector": _SECTOR.get(provider.sector or "", "muu"),
        "site": text(site.name) if site else None,
        "area": [text(framework.territories[one].name) for one in where],
        "needs": [text(framework.needs[need].name) for need in service.meets],
        "groups": [text(framework.target_groups[group].name) for group in service.serves],
        "ages": ages,
        "capacity": delivery.capacity.value if delivery.capacity else None,
        "low": delivery.capacity.low if delivery.capacity else None,
        "high": delivery.capacity.high if delivery.capacity else None,
        "wait": delivery.wait.value if delivery.wait else None,
        "cost": delivery.cost.amount if delivery.cost else None,
        "role": _ROLES.get(post.role, post.role) if post else None,
        "fte": post.fte.value if post and post.fte else None,
        "access": _ACCESS[service.access.by] if service.access else None,
        "consent": _CONSENT[service.access.consent] if service.access else None,
        "channel": _CHANNEL[delivery.channel],
        "status": _STATUS[service.status],
        "languages": ["eesti", "vene"] if provider.sector in ("police", "social", "child_protection") else ["eesti"],
        "note": ASSUMED if delivery.capacity or delivery.wait or post else None,
    }


def _provider(service: Service, place: str) -> str:
    own = [one for one in service.providers if one in (f"{place}-parish", place)]
    return (own or list(service.providers))[0]


def partners_of(framework: Framework) -> Table:
    """The agencies with which every local government works."""
    shared = (framework.agencies[key] for key in SHARED)
    return [[text(agency.name), _SECTOR.get(agency.sector or "", "muu")] for agency in shared]


# layouts ------------------------------------------------------------------------------------------------------------


def vaike_maarja(framework: Framework, path: Path) -> None:
    """The template of the package in Estonian, filled in."""
    from integrated_services import io

    io.write_template(path, language="et", framework=_own_framework(framework, "vaike-maarja"))


def _own_framework(framework: Framework, place: str) -> Framework:
    """The rows of one local government as a framework of its own, all names in Estonian."""
    rows = rows_of(framework, place)
    by_name = {row["service"]: row for row in rows}
    own = text(framework.territories[place].name)
    agencies = {row["agency"]: {"id": slug(row["agency"]), "name": row["agency"]} for row in rows}
    agencies |= {name: {"id": slug(name), "name": name} for name, _ in partners_of(framework)}
    sectors = {text(agency.name): agency.sector for agency in framework.agencies}
    plain: dict[str, Any] = {
        "framework": slug(own),
        "title": f"{own}: laste ja noorte teenused",
        "reference_date": DAY,
        "languages": ["et"],
        "sources": [{"id": "oletus", "kind": "assumption", "title": "Näidise oletus", "note": "Nagu näidises."}],
        "territories": [{"id": slug(own), "name": own, "level": "municipality"}],
        "target_groups": _named({group for row in rows for group in row["groups"]}),
        "needs": _named({need for row in rows for need in row["needs"]}),
        "agencies": [{**one, "sector": sectors[name]} for name, one in sorted(agencies.items())],
        "services": [
            {
                "id": slug(name),
                "name": name,
                "providers": [slug(row["agency"])],
                "meets": [slug(need) for need in row["needs"]],
                "serves": [slug(group) for group in row["groups"]],
                "eligibility": {"ages": list(row["ages"])},
                "deliveries": [{"area": [slug(own)], **_figures(row)}],
            }
            for name, row in sorted(by_name.items())
        ],
    }
    return loads(json.dumps(plain))


def _named(names: set[str]) -> list[dict[str, str]]:
    return [{"id": slug(name), "name": name} for name in sorted(names)]


def _figures(row: Row) -> dict[str, Any]:
    said = {name: row[name] for name in ("capacity", "wait") if row[name] is not None}
    units = {"capacity": {"unit": "places"}}
    return {
        name: {"value": value, "basis": "assumed", "source": "oletus", **units.get(name, {})}
        for name, value in said.items()
    }


def haljala(framework: Framework, path: Path) -> None:
    """Semicolons, cp1257, decimal commas; the partners stand below in a table of their own."""
    lines: Table = [
        ["Teenuse nimetus", "Teenuseosutaja", "Valdkond", "Teenuse osutamise koht", "Sihtrühm", "Abivajadus"]
    ]
    lines[0] += ["Vanus alates", "Vanus kuni", "Kohtade arv", "Ooteaeg päevades", "Ametikohti", "Aasta eelarve (EUR)"]
    lines[0] += ["Suunamine", "Märkused"]
    for row in rows_of(framework, "haljala"):
        line = [row["service"], row["agency"], row["sector"], row["site"], "; ".join(row["groups"]), row["needs"][0]]
        line += [*row["ages"], row["capacity"], row["wait"], row["fte"], row["cost"], row["access"], row["note"]]
        lines.append(line)
    lines += [[], ["Asutus", "Valdkond"], *partners_of(framework)]
    _write_text(path, lines, ";", "cp1257")


def kadrina(framework: Framework, path: Path) -> None:
    """Headings of two rows with merged cells."""
    top = ["Teenus", None, "Osutaja", None, "Vanus", None, "Maht", None, "Juurdepääs", None, "Keel"]
    low = [
        "nimi",
        "vajadus",
        "asutus",
        "sektor",
        "alates",
        "kuni",
        "kohti",
        "ooteaeg (nädalat)",
        "viis",
        "nõusolek",
        None,
    ]
    body = []
    for row in rows_of(framework, "kadrina"):
        line = [row["service"], row["needs"][0], row["agency"], row["sector"], *row["ages"], row["capacity"]]
        line += [row["wait"] / 7 if row["wait"] else None, row["access"], row["consent"], ", ".join(row["languages"])]
        body.append(line)
    merged = ["A1:B1", "C1:D1", "E1:F1", "G1:H1", "I1:J1", "K1:K2"]
    partners = [["Asutuse nimi", "Sektor"], *partners_of(framework)]
    _write_xlsx(path, {"Kadrina vald": ([top, low, *body], merged), "Koostööpartnerid": (partners, [])})


def viru_nigula(framework: Framework, path: Path) -> None:
    """An X for each age band, language and target group."""
    bands = ((0, 6), (7, 12), (13, 18), (19, 26))
    rows = rows_of(framework, "viru-nigula")
    groups = list(dict.fromkeys(group for row in rows for group in row["groups"]))
    head = [
        "Jrk nr",
        "Teenus",
        "Osutaja",
        "Vajadus",
        *(f"{low}-{high}" for low, high in bands),
        "eesti keel",
        "vene keel",
    ]
    head += [f"Sihtrühm: {group}" for group in groups]
    head += ["Kohti", "Osutamise viis", "Seis"]
    lines: Table = [head]
    for number, row in enumerate(rows, 1):
        low, high = row["ages"]
        line = [number, row["service"], row["agency"], row["needs"][0]]
        line += ["X" if low <= last and first <= high else None for first, last in bands]
        line += ["x" if language in row["languages"] else None for language in ("eesti", "vene")]
        line += ["x" if group in row["groups"] else None for group in groups]
        lines.append([*line, row["capacity"], row["channel"], row["status"]])
    partners = [["Asutus", "Valdkond"], *partners_of(framework)]
    _write_xlsx(path, {"Teenused": (lines, []), "Partnerid": (partners, [])})


def rakvere_parish(framework: Framework, path: Path) -> None:
    """Titles above, totals and notes below."""
    rows = rows_of(framework, "rakvere-parish")
    lines: Table = [["Rakvere vald"], ["Laste ja noorte teenused Rakvere vallas, seisuga 15.09.2022"], []]
    lines.append(
        ["Nr", "Teenuse nimi", "Kes osutab", "Kellele", "Teema", "Vanus", "Kohtade arv", "Täiskohta", "Ooteaeg"]
    )
    for number, row in enumerate(rows, 1):
        ages = "{}-{} a".format(*row["ages"])
        wait = f"{row['wait']} päeva" if row["wait"] else "ei tea"
        line = [number, row["service"], row["agency"], "; ".join(row["groups"]), row["needs"][0], ages]
        lines.append([*line, row["capacity"], row["fte"], wait])
    places = sum(row["capacity"] or 0 for row in rows)
    lines += [["Kokku", None, None, None, None, None, places, sum(row["fte"] or 0 for row in rows)], []]
    lines += [[f"Märkus: kohtade arv ja ooteaeg on {ASSUMED}."], ["Koostas: sotsiaalosakond"]]
    partners = [["Partnerasutused"], [], ["Asutus", "Sektor"], *partners_of(framework)]
    _write_xlsx(path, {"Leht1": (lines, []), "Leht2": (partners, [])})


def rakvere_town(framework: Framework, path: Path) -> None:
    """Tabs, UTF-16, several values in a cell; the partners stand below."""
    lines: Table = [
        ["Omavalitsus", "Teenus", "Asutus", "Sihtrühmad", "Vajadused", "Keeled", "Maht", "Kuidas teenusele saab"]
    ]
    for row in rows_of(framework, "rakvere-town"):
        capacity = f"{row['capacity']} kohta" if row["capacity"] else "info puudub"
        line = [
            " ; ".join(row["area"]),
            row["service"],
            row["agency"],
            "; ".join(row["groups"]),
            "; ".join(row["needs"]),
        ]
        lines.append([*line, ", ".join(row["languages"]), capacity, row["access"]])
    lines += [[], ["Asutus", "Valdkond"], *partners_of(framework)]
    _write_text(path, lines, "\t", "utf-16")


def vinni(framework: Framework, path: Path) -> None:
    """One sheet for each topic."""
    head = ["Teenus", "Osutaja", "Sihtgrupp", "Vanus", "Kohti", "Saatekiri", "Lisainfo"]
    sheets: dict[str, Table] = {}
    for row in rows_of(framework, "vinni"):
        ages = "{}–{}".format(*row["ages"])
        line = [row["service"], row["agency"], "; ".join(row["groups"]), ages, row["capacity"]]
        line += ["jah" if row["access"] == "saatekirjaga" else "ei", row["note"]]
        sheets.setdefault(row["needs"][0], [head]).append(line)
    sheets["Asutused"] = [["Asutus", "Valdkond"], *partners_of(framework)]
    _write_ods(path, sheets)


def tapa(framework: Framework, path: Path) -> None:
    """One list with merged cells, rough figures, mistakes and contacts of persons."""
    head = ["Omavalitsus", "Asutus", "E-post", "Kontaktisik", "Telefon", "Teenus", "Asukoht", "Abivajadus", "Sihtrühm"]
    head += ["Vanus", "Maht (kohti)", "Järjekord (kuud)", "Suunamise vajadus", "Märkused"]
    rows = sorted(rows_of(framework, "tapa"), key=lambda row: row["agency"])
    lines: Table = [["TAPA VALD – teenuste loetelu (näidis, andmed on oletused)"], head]
    merged = [f"A1:{chr(64 + len(head))}1", f"A3:A{len(rows) + 2}"]
    first: dict[str, int] = {}
    for number, row in enumerate(rows, 3):
        is_new = row["agency"] not in first
        first.setdefault(row["agency"], number)
        contacts = _contacts(row["agency"]) if is_new else [None, None, None]
        line = ["Tapa vald" if number == 3 else None, row["agency"] if is_new else None, *contacts, row["service"]]
        line += [row["site"], row["needs"][0], "; ".join(row["groups"]), "{}-{}".format(*row["ages"])]
        lines.append([*line, _rough(row), _rough_wait(row["wait"]), _asked(row["access"]), row["note"]])
    for name, top in first.items():
        last = max(number for number, row in enumerate(rows, 3) if row["agency"] == name)
        merged += [f"{column}{top}:{column}{last}" for column in "BCDE" if last > top]
    lines[4][10] = "palju"  # a mistake: no number
    lines[5][9] = "18-7"  # a mistake: the wrong way round
    lines.append([])
    lines.append(["Kontaktisikud ja telefonid on väljamõeldud."])
    partners = [["Asutus", "Valdkond"], *partners_of(framework)]
    _write_xlsx(path, {"Tabel": (lines, merged), "Võrgustik": (partners, [])})


def _contacts(agency: str) -> list[str]:
    if agency.startswith("Tapa"):
        return ["mari.maasikas@example.org", "Mari Maasikas", "+372 5555 0101"]
    return ["info@example.org", "Jaan Tamm", "+372 322 0000"]


def _rough(row: Row) -> str | int | None:
    if row["capacity"] is None:
        return "ei tea"
    return f"{row['low']}-{row['high']}" if row["capacity"] > 40 else f"ca {row['capacity']}"


def _rough_wait(days: float | None) -> str | None:
    return None if days is None else "2-3" if days > 45 else "alla 1" if days < 20 else "ca 1"


def _asked(access: str | None) -> str:
    return {"saatekirjaga": "jah", "vaba": "ei", "KOV otsusega": "KOV otsus"}.get(access or "", "ei tea")


# writing ------------------------------------------------------------------------------------------------------------


def _write_text(path: Path, lines: Table, separator: str, encoding: str) -> None:
    def cell(value: Any) -> str:
        said = "" if value is None else str(value).replace(".", ",") if isinstance(value, float) else str(value)
        return f'"{said}"' if separator in said else said

    path.write_bytes("".join(separator.join(map(cell, line)) + "\r\n" for line in lines).encode(encoding))


def _write_xlsx(path: Path, sheets: dict[str, tuple[Table, list[str]]]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (lines, merged) in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append([float(value) if hasattr(value, "as_tuple") else value for value in line])
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(path)


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>
{}</office:spreadsheet></office:body></office:document-content>
"""


def _write_ods(path: Path, sheets: dict[str, Table]) -> None:
    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        kind = f'float" office:value="{value}' if isinstance(value, (int, float)) else "string"
        said = escape(str(value))
        return f'<table:table-cell office:value-type="{kind}"><text:p>{said}</text:p></table:table-cell>'

    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in lines)
        + "</table:table>\n"
        for name, lines in sheets.items()
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (
            ("mimetype", kind),
            ("content.xml", _ODS.format(tables)),
            ("META-INF/manifest.xml", manifest),
        ):
            archive.writestr(zipfile.ZipInfo(name, (2022, 9, 15, 0, 0, 0)), content)


LAYOUTS: dict[str, Callable[[Framework, Path], None]] = {
    "vaike-maarja": vaike_maarja,
    "haljala": haljala,
    "kadrina": kadrina,
    "viru-nigula": viru_nigula,
    "rakvere-parish": rakvere_parish,
    "rakvere-town": rakvere_town,
    "vinni": vinni,
    "tapa": tapa,
}


def make(folder: Path) -> dict[str, Path]:
    """Write the files; gives the path of each by local government."""
    framework = samples.load("laane-viru")
    paths = {}
    for place, write in LAYOUTS.items():
        paths[place] = folder / FILES[place]
        write(framework, paths[place])
    return paths


if __name__ == "__main__":
    made = make(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    sys.stdout.write("".join(f"{place}: {path}\n" for place, path in made.items()))
