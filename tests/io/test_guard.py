"""Opening files that cannot be trusted: what is refused, and that everything else comes through."""

import io
import json
import os
import stat
import zipfile
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services.errors import FormatError
from integrated_services.io._guard import LIMITS, check_xml, file_name, inside, safe_bytes, safe_json, safe_zip


def _zip(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()


class TestBytes:
    def test_a_file_comes_back_as_it_is(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(b"a\r\n\x00\xff")
        assert safe_bytes(tmp_path / "a.csv") == b"a\r\n\x00\xff"

    def test_a_link_to_a_file_is_followed(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(b"a")
        (tmp_path / "b.csv").symlink_to("a.csv")
        assert safe_bytes(tmp_path / "b.csv") == b"a"

    def test_a_missing_file_is_named_without_its_folder(self, tmp_path):
        with pytest.raises(FormatError, match=r"^nothing\.csv: There is no such file"):
            safe_bytes(tmp_path / "nothing.csv")

    def test_a_folder_is_no_file(self, tmp_path):
        with pytest.raises(FormatError, match="folder"):
            safe_bytes(tmp_path)

    def test_a_pipe_without_writer_is_refused_at_once(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.csv")
        with pytest.raises(FormatError, match="pipe"):
            safe_bytes(tmp_path / "pipe.csv")

    def test_a_device_is_refused_also_through_a_link(self, tmp_path):
        (tmp_path / "zero.csv").symlink_to("/dev/zero")
        with pytest.raises(FormatError, match="device"):
            safe_bytes(tmp_path / "zero.csv")

    def test_links_in_a_circle_are_refused(self, tmp_path):
        (tmp_path / "a.csv").symlink_to("b.csv")
        (tmp_path / "b.csv").symlink_to("a.csv")
        with pytest.raises(FormatError, match="cannot be read"):
            safe_bytes(tmp_path / "a.csv")

    def test_a_name_with_a_nul_is_refused(self):
        with pytest.raises(FormatError, match="cannot be read"):
            safe_bytes("a\0b.csv")

    def test_a_large_file_is_refused(self, tmp_path):
        (tmp_path / "a.csv").write_bytes(b"x" * 11)
        with pytest.raises(FormatError, match="larger than 10 bytes"):
            safe_bytes(tmp_path / "a.csv", attrs.evolve(LIMITS, max_bytes=10))

    def test_a_file_that_states_no_size_is_read_no_further_than_allowed(self):
        path = Path("/proc/self/maps")  # says that it has 0 bytes
        if not path.exists():
            pytest.skip("needs /proc")
        with pytest.raises(FormatError, match="larger than 10 bytes"):
            safe_bytes(path, attrs.evolve(LIMITS, max_bytes=10))

    def test_names_in_messages_are_short_and_can_be_printed(self):
        assert file_name("/home/someone/a\x1b[31m.csv") == "a\ufffd[31m.csv"
        assert len(file_name("x" * 5000)) == 200


class TestInside:
    @pytest.mark.parametrize(
        "name",
        [
            *("../a.csv", "a/../../b.csv", "/etc/passwd", "C:\\a.csv", "C:a.csv", "\\\\server\\a.csv", "a\\..\\b.csv"),
            *("", ".", "..", "a\0.csv", "a\n.csv", "http://a.example/b.csv", "//server/a.csv", "a/.."),
        ],
    )
    def test_names_that_lead_out_are_refused(self, tmp_path, name):
        with pytest.raises(FormatError, match="leads out of its folder"):
            inside(tmp_path, name)

    def test_names_inside_are_found(self, tmp_path):
        assert inside(tmp_path, "data/a b.csv") == tmp_path.resolve() / "data" / "a b.csv"

    def test_links_that_lead_out_are_refused(self, tmp_path):
        (tmp_path / "in").mkdir()
        (tmp_path / "secret.csv").write_text("x")
        (tmp_path / "in" / "a.csv").symlink_to(tmp_path / "secret.csv")
        (tmp_path / "in" / "up").symlink_to(tmp_path)
        for name in ("a.csv", "up/secret.csv"):
            with pytest.raises(FormatError, match="leads out"):
                inside(tmp_path / "in", name)

    def test_links_in_a_circle_are_refused(self, tmp_path):
        (tmp_path / "a").symlink_to("b")
        (tmp_path / "b").symlink_to("a")
        try:
            place = inside(tmp_path, "a/x.csv")
        except FormatError:
            return
        with pytest.raises(FormatError):
            safe_bytes(place)

    @given(st.text(alphabet="ab./\\:\0 ~", max_size=12))
    def test_no_name_ever_leads_out(self, name):
        folder = Path("some/folder").absolute()  # never made
        try:
            place = inside(folder, name)
        except FormatError:
            return
        assert folder.resolve() in place.parents


class TestArchives:
    def test_entries_come_back_as_they_are(self):
        with safe_zip(_zip({"a/b.csv": b"1,2", "c.csv": b""})) as archive:
            assert archive.namelist() == ["a/b.csv", "c.csv"]
            assert archive.read("a/b.csv") == b"1,2"
            assert "c.csv" in archive
            assert "d.csv" not in archive

    def test_an_archive_is_read_from_its_file(self, tmp_path):
        (tmp_path / "a.zip").write_bytes(_zip({"a.csv": b"1"}))
        with safe_zip(tmp_path / "a.zip") as archive:
            assert archive.read("a.csv") == b"1"

    def test_a_missing_entry_is_named(self):
        with safe_zip(_zip({"a.csv": b""})) as archive, pytest.raises(FormatError, match=r"no entry 'b\.csv'"):
            archive.read("b.csv")

    @pytest.mark.parametrize("name", ["../a.csv", "/a.csv", "a/../../b", "C:\\a.csv", "..\\a.csv", "a\x07"])
    def test_names_that_lead_out_are_refused(self, name):
        with pytest.raises(FormatError, match="leads out of it"):
            safe_zip(_zip({name: b"x"}))

    def test_a_name_with_a_nul_is_refused(self):
        data = _zip({"abcd.csv": b"x"}).replace(b"abcd.csv", b"ab\0d.csv")
        with pytest.raises(FormatError, match="leads out of it"):
            safe_zip(data)

    def test_names_with_backslashes_inside_are_usual(self):
        with safe_zip(_zip({"xl\\a.xml": b"x"})) as archive:
            assert archive.read("xl\\a.xml") == b"x"

    def test_links_are_refused(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            entry = zipfile.ZipInfo("a.csv")
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
        with pytest.raises(FormatError, match="is a link"):
            safe_zip(stream.getvalue())

    def test_a_high_ratio_is_refused(self):
        with pytest.raises(FormatError, match="more than 200 times"):
            safe_zip(_zip({"a.csv": bytes(3 * 1024 * 1024)}))

    def test_a_small_entry_may_have_a_high_ratio(self):
        with safe_zip(_zip({"a.csv": bytes(100_000)})) as archive:
            assert len(archive.read("a.csv")) == 100_000

    def test_the_sizes_are_added_up(self):
        data = _zip({f"{number}.csv": os.urandom(100) for number in range(11)})
        with pytest.raises(FormatError, match="more than 1,000 bytes"):
            safe_zip(data, attrs.evolve(LIMITS, max_unpacked=1000))

    def test_a_size_that_lies_gives_no_more_than_it_states(self):
        data = bytearray(_zip({"a.csv": b"x" * 100_000}))
        place = data.rindex(b"PK\x01\x02")
        data[place + 24 : place + 28] = (10).to_bytes(4, "little")
        with safe_zip(bytes(data)) as archive, pytest.raises(FormatError, match="damaged"):
            archive.read("a.csv")

    def test_many_entries_are_refused_before_they_are_read(self):
        data = _zip({f"{number}": b"" for number in range(101)})
        with pytest.raises(FormatError, match="more than 100 entries"):
            safe_zip(data, attrs.evolve(LIMITS, max_entries=100))

    def test_entries_that_overlap_are_refused(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.csv", b"x" * 50)
            twin = zipfile.ZipInfo("b.csv")
            first = archive.infolist()[0]
            twin.header_offset, twin.CRC = first.header_offset, first.CRC
            twin.compress_size, twin.file_size = first.compress_size, first.file_size
            archive.filelist.append(twin)
        with pytest.raises(FormatError, match="overlap"):
            safe_zip(stream.getvalue())

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_a_name_that_is_there_twice_is_refused(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("a.csv", b"1")
            archive.writestr("a.csv", b"2")
        with pytest.raises(FormatError, match="one name twice"):
            safe_zip(stream.getvalue())

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_methods_with_large_memory_are_refused(self, method):
        with pytest.raises(FormatError, match="packed in an unusual way"):
            safe_zip(_zip({"a.csv": b"x" * 100}, method))

    def test_an_encrypted_entry_is_refused(self):
        data = bytearray(_zip({"a.csv": b"x"}))
        data[data.rindex(b"PK\x01\x02") + 8] |= 1
        with pytest.raises(FormatError, match="encrypted"):
            safe_zip(bytes(data))

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"no archive", bytes(1000)])
    def test_what_is_no_archive_is_refused_or_empty(self, data):
        try:
            with safe_zip(data) as archive:
                assert archive.namelist() == []
        except FormatError as error:
            assert "no archive" in error.message  # noqa: PT017

    @given(st.data())
    def test_no_damage_gives_another_error(self, data):
        archive = bytearray(_zip({"a.csv": b"a,b\n" * 40, "b/c.csv": bytes(range(20))}))
        for _ in range(data.draw(st.integers(1, 6))):
            archive[data.draw(st.integers(0, len(archive) - 1))] = data.draw(st.integers(0, 255))
        try:
            with safe_zip(bytes(archive)) as opened:
                for name in opened.namelist():
                    opened.read(name)
        except FormatError:
            pass


class TestJson:
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(st.characters(exclude_categories=["Cs"])),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        )
    )  # fmt: skip
    def test_whatever_is_json_comes_back(self, value):
        assert safe_json(json.dumps(value)) == value

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
    def test_json_in_other_encodings_of_unicode_is_read(self, encoding):
        assert safe_json('{"nimi": "Võru"}'.encode(encoding)) == {"nimi": "Võru"}

    @pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
    def test_deep_json_is_refused(self, opening):
        with pytest.raises(FormatError, match=r"nested too deeply|cannot be read"):
            safe_json(opening * 100_000)

    def test_the_depth_is_exact(self):
        limits = attrs.evolve(LIMITS, max_depth=5)
        assert safe_json("[" * 5 + "]" * 5, limits) == [[[[[]]]]]
        with pytest.raises(FormatError, match="nested too deeply"):
            safe_json("[" * 6 + "]" * 6, limits)

    @pytest.mark.parametrize("number", ["1e999999", "-1e400", "9" * 400, "-" + "9" * 100_000, "NaN", "-Infinity"])
    def test_numbers_that_are_none_are_refused(self, number):
        with pytest.raises(FormatError, match=r"too large|not a number"):
            safe_json(f'{{"a": {number}}}')

    def test_a_key_that_is_there_twice_is_refused(self):
        with pytest.raises(FormatError, match="key 'a' is twice"):
            safe_json('{"a": 1, "b": 2, "a": 3}')

    def test_bad_json_has_its_place(self):
        with pytest.raises(FormatError) as caught:
            safe_json(b'{"a": 1,\n "b": }', file="x.json")
        assert (caught.value.file, caught.value.row) == ("x.json", 2)

    def test_halves_of_characters_are_replaced_and_whole_ones_stay(self):
        text = '{"a\\ud83d": ["x\\uDE00y", "\\ud83d\\ude00", "\\\\ud83d", 1]}'
        assert safe_json(text) == {"a\ufffd": ["x\ufffdy", "😀", "\\ud83d", 1]}
        assert safe_json('"\ud83d"') == "\ufffd"

    def test_bytes_that_are_no_text_are_refused(self):
        with pytest.raises(FormatError, match="UTF-8"):
            safe_json(b'{"a": "\xff\xfe\xff"}')

    @pytest.mark.parametrize("text", ["[" + "[]," * 60 + "1]", "[" + "1," * 300 + "1]", '["' + "x" * 2000 + '"]'])
    def test_too_many_values_are_refused_before_they_are_made(self, text):
        with pytest.raises(FormatError, match=r"more than|larger than"):
            safe_json(text, attrs.evolve(LIMITS, max_cells=50, max_bytes=1500))


class TestXml:
    @pytest.mark.parametrize(
        "xml",
        [
            b"<!DOCTYPE a><a/>",
            b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
            b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
            b"<!DOCTYPE a [<!ENTITY x 'xxxxxxxxxx'><!ENTITY y '&x;&x;&x;&x;'>]><a>&y;</a>",
            b"<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://a.example/'> %x;]><a/>",
            "<!DOCTYPE a><a/>".encode("utf-16"),
        ],
    )
    def test_document_types_are_refused(self, xml):
        with pytest.raises(FormatError, match="document type"):
            check_xml(xml)

    @pytest.mark.parametrize(
        "xml",
        [
            *(b"", b"<a>", b"<a></b>", b"<a>\x00</a>", b"<a>&nothing;</a>", b"\xff\xfe<\x00", b"plain"),
            *(b"<?xml version='1.0' encoding='klingon'?><a/>", b"<?xml version='1.0' encoding='utf-7'?><a/>"),
            *(b"<?xml version='1.0' encoding='gb2312'?><a/>", b"<?xml version='1.0' encoding='zlib'?><a/>"),
        ],
    )
    def test_damaged_xml_is_refused(self, xml):
        with pytest.raises(FormatError, match="damaged"):
            check_xml(xml)

    def test_deep_xml_is_refused(self):
        with pytest.raises(FormatError, match="nested too deeply"):
            check_xml(b"<a>" * 100_000)

    def test_a_tag_without_end_is_refused(self):
        from integrated_services.io._guard import read_xml

        chunks = iter([b"<a b='"] + [b"x" * 65536] * 200)
        with pytest.raises(FormatError, match="does not end"):
            read_xml(chunks, lambda *_: None)

    def test_sound_xml_passes(self):
        check_xml("<?xml version='1.0' encoding='cp1257'?><a b='ž'>õ</a>".encode("cp1257"))
