"""Ids stay the same when rows are sorted, added or respelt; whatever the template says of a framework comes back."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from strategies import frameworks
from workbook_helpers import filled, openpyxl, with_rows

from integrated_services import io
from integrated_services.io._ids import slug
from integrated_services.io._names import ids_for
from integrated_services.io._template_words import LANGUAGES, fold
from integrated_services.model import Framework

NAMES = st.lists(
    st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="@;"), min_size=1, max_size=15).filter(
        lambda text: text.strip() and not any(c.isdigit() for c in text)
    ),
    min_size=1,
    max_size=12,
    unique_by=fold,
)


@given(NAMES, st.randoms(use_true_random=False))
def test_the_order_of_names_does_not_matter(names: list[str], shuffle: random.Random) -> None:
    before = dict(ids_for(names))
    shuffle.shuffle(names)
    assert dict(ids_for(names)) == before
    assert len(set(before.values())) == len(before)


@given(NAMES, NAMES)
def test_more_names_leave_the_ids_of_others_alone(names: list[str], more: list[str]) -> None:
    before, after = ids_for(names), ids_for([*names, *more])
    slugs = [slug(fold(name)) for name in {fold(n): n for n in [*names, *more]}.values()]
    for name in names:
        if slugs.count(slug(fold(name))) == 1:
            assert after[fold(name)] == before[fold(name)]


def _keys(fw: Framework) -> dict[str, dict[str, Any]]:
    """Every record by key, without its place."""
    found: dict[str, dict[str, Any]] = {}
    for collection, record in fw.records():
        plain = dict(record.plain())
        plain.pop("origins", None)
        if collection == "services":
            plain["deliveries"] = sorted(plain.get("deliveries", []), key=str)
        found[f"{collection}[{record.key}]"] = plain
    return found


@given(st.randoms(use_true_random=False))
def test_sorting_the_rows_of_any_sheet_changes_nothing(shuffle: random.Random) -> None:
    rows = with_rows(
        needs=[{"name": name} for name in ("Школа", "Kool-A", "Kool A", "Õ", "Support at school", "Speech therapy")]
    )
    mixed = {key: shuffle.sample(list(records), len(records)) for key, records in rows.items()}
    service = [dict(row) for row in mixed["services"]]
    mixed["services"] = service
    with tempfile.TemporaryDirectory() as folder:
        one = io.read_workbook(filled(Path(folder, "a.xlsx"), rows)).framework
        other = io.read_workbook(filled(Path(folder, "b.xlsx"), mixed)).framework
    assert _keys(one) == _keys(other)


def test_ids_in_the_column_outlive_a_change_of_name(tmp_path: Path) -> None:
    fw = io.read_workbook(filled(tmp_path / "a.xlsx")).framework
    io.write_template(tmp_path / "b.xlsx", framework=fw)
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "Pajusti School":
                    cell.value = "Pajusti Basic School"
    book.save(tmp_path / "b.xlsx")
    book.close()
    renamed = io.read_workbook(tmp_path / "b.xlsx").framework
    assert renamed.agencies.keys() == fw.agencies.keys()
    assert str(renamed.agencies["pajusti-school"].name) == "Pajusti Basic School"


def test_reading_what_was_read_gives_the_same(tmp_path: Path) -> None:
    fw = io.read_workbook(filled(tmp_path / "a.xlsx")).framework
    losses = io.write_template(tmp_path / "b.xlsx", framework=fw)
    assert {loss.field.rpartition(".")[0].rpartition(".")[2] for loss in losses} <= {"origins"}
    again = io.read_workbook(tmp_path / "b.xlsx").framework
    assert _keys(again) == _keys(fw)


@given(frameworks(), st.sampled_from(LANGUAGES))
def test_any_framework_can_be_written_and_the_sound_part_is_read(fw: Framework, language: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        losses = io.write_template(path, language=language, framework=fw)
        reading = io.read_workbook(path, draft=True)
    assert reading.framework.id == fw.id
    for collection in ("territories", "target_groups", "needs", "agencies", "sources"):
        read = set(getattr(reading.framework, collection).keys())
        left_out = {path.partition("[")[2].rstrip("]") for path, _ in reading.details.get("left_out", ())}
        assert set(getattr(fw, collection).keys()) <= read | left_out
    assert losses.written.get("services", 0) == len(fw.services)
