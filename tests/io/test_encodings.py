"""Text of unknown encoding comes back as it was written, and rows are divided where their author divided them."""

# Letters of other alphabets look alike; here they are meant.
# ruff: noqa: RUF001

import csv
import io

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services.errors import FormatError
from integrated_services.io._encodings import csv_rows, decode, separator_of
from integrated_services.io._guard import LIMITS

# Sentences about services, as they stand in plans and tables; each language has letters beyond ASCII.
TEXTS = {
    "et": [
        "Lääne-Viru maakonna omavalitsused pakuvad noortele nõustamist ja järelhooldust.",
        "Psühholoogi vastuvõtt toimub esmaspäeviti; järjekord on üle kolme nädala.",
        "Šokolaadivabrik ja žürii ei kuulu teenuste hulka, küll aga tšekid.",
        "Tööharjutus, võlanõustamine, tugiisik, koduteenus ja päevahoid.",
        "Sotsiaaltöötaja külastab peret kodus kord kuus või sagedamini.",
        "Väljaõpe, õppenõustamine; jõustamine ning ümberõpe täiskasvanutele.",
    ],
    "lt": [
        "Elektrėnų savivaldybė teikia socialines paslaugas šeimoms ir vaikams.",
        "Mobili specialistų komanda lankosi Vievio seniūnijoje kiekvieną savaitę.",
        "Ilgalaikė priežiūra, krizių įveikimas, palydėjimo paslauga jaunuoliams.",
        "Laukimo trukmė ilgesnė nei trys mėnesiai; trūksta psichologų ir logopedų.",
        "Šilutės ir Žiežmarių gyventojai vyksta į artimiausią įstaigą.",
        "Vaikų dienos centras; įtėvių ir globėjų mokymai; atokvėpio paslauga.",
    ],
    "lv": [
        "Pašvaldības sociālais dienests sniedz pakalpojumus ģimenēm ar bērniem.",
        "Speciālistu mobilā komanda ierodas pagastā reizi nedēļā.",
        "Ilgstoša aprūpe, krīzes centrs, atbalsta grupas jauniešiem.",
        "Gaidīšanas laiks pārsniedz trīs mēnešus; trūkst psihologu.",
    ],
    "de": [
        "Die Beratungsstelle für Jugendliche öffnet montags um acht Uhr.",
        "Häusliche Pflege, Schuldnerberatung und betreutes Wohnen in größeren Städten.",
        "Über die Hälfte der Plätze wird von der Gemeinde bezahlt.",
    ],
    "en": [
        "The café project helps young people – and their families – to find work.",
        "“One door” policy: nobody is sent away; fees are £5 or €6 per visit.",
    ],
    "ru": [
        "Служба поддержки семьи работает в уезде с понедельника по пятницу.",
        "Консультация психолога и дневной центр для детей.",
    ],
}
SINGLE = [
    *(("et", name) for name in ("cp1257", "cp1252")),
    *(("lt", "cp1257"), ("lv", "cp1257"), ("de", "cp1252"), ("de", "cp1257"), ("de", "mac_roman")),
    *(("en", "cp1252"), ("en", "mac_roman"), ("ru", "cp1251")),
]
ESTONIAN_WITHOUT_CARONS = [text for text in TEXTS["et"] if not set(text) & set("šžŠŽ")]


def _table(texts: list[str], ending: str = "\r\n") -> str:
    return ending.join(f"{number};{text}" for number, text in enumerate(texts, 1)) + ending


class TestEncodings:
    @pytest.mark.parametrize("language", TEXTS)
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
    def test_every_language_is_read_in_unicode(self, language, encoding):
        text = _table(TEXTS[language])
        assert decode(text.encode(encoding))[:2] == (text, encoding)

    def test_utf_16_with_a_mark_is_read_in_both_orders(self):
        for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
            assert decode(mark + "Võru;1".encode(encoding))[:2] == ("Võru;1", "utf-16")

    @pytest.mark.parametrize(("language", "encoding"), SINGLE)
    def test_every_sentence_is_read_in_every_encoding_of_its_language(self, language, encoding):
        for text in [*TEXTS[language], _table(TEXTS[language])]:
            found, used, notes = decode(text.encode(encoding))
            assert found == text, (encoding, used, notes)

    @given(st.data())
    def test_a_table_of_some_sentences_comes_back(self, data):
        language, encoding = data.draw(st.sampled_from(SINGLE))
        text = _table(data.draw(st.lists(st.sampled_from(TEXTS[language]), min_size=1, max_size=6)))
        assert decode(text.encode(encoding))[0] == text

    @given(st.lists(st.sampled_from(ESTONIAN_WITHOUT_CARONS), min_size=1, max_size=5))
    def test_estonian_from_an_old_macintosh_comes_back(self, texts):
        text = _table(texts, "\r")
        assert decode(text.encode("mac_roman"))[0] == text

    @pytest.mark.parametrize(
        ("word", "encoding"),
        [
            *(("Põlva", "cp1257"), ("jõukohane töö", "mac_roman"), ("Šiauliai", "cp1257"), ("Žalgirio g.", "cp1257")),
            *(("įstaiga;vietų skaičius", "cp1257"), ("teenus;järjekord päevades", "cp1252"), ("Kärdla", "mac_roman")),
        ],
    )
    def test_single_headings_are_enough_for_the_usual_letters(self, word, encoding):
        assert decode(word.encode(encoding))[0] == word

    def test_what_can_be_two_texts_is_said(self):
        text, encoding, notes = decode(b"a;\xe6\n")
        assert text in ("a;ę\n", "a;æ\n", "a;ж\n")
        assert encoding in notes[0]
        assert "could also be" in notes[0]

    def test_how_a_file_without_a_mark_was_read_is_said(self):
        assert decode("šeimos paslaugų teikėjas".encode("cp1257"))[2] == (
            "Read as cp1257 (Lithuanian), which the file does not state.",
        )
        assert decode("Päevahoid".encode())[2] == ()

    def test_the_stated_encoding_is_used(self):
        assert decode("ћ".encode("cp1251"), encoding="cp1251")[0] == "ћ"
        assert decode(b"\xef\xbb\xbfa", encoding="utf-8")[0] == "a"

    @pytest.mark.parametrize("encoding", ["klingon", "zlib", "rot13", "base64", "", "utf-8\0"])
    def test_an_encoding_that_is_none_is_refused(self, encoding):
        with pytest.raises(FormatError, match=r"no encoding|not in the encoding"):
            decode(b"abc", encoding=encoding)

    def test_bytes_that_are_not_of_the_stated_encoding_are_refused(self):
        with pytest.raises(FormatError, match=r"not in the encoding 'utf-8' \(byte 1\)"):
            decode(b"a\xff", encoding="utf-8")

    def test_a_cut_off_file_is_said_to_be_cut_off(self):
        with pytest.raises(FormatError, match="cut off"):
            decode("põõsas õ".encode()[:-1])

    def test_a_damaged_utf_16_file_is_refused(self):
        with pytest.raises(FormatError, match="damaged"):
            decode(b"\xff\xfea\x00\x00\xd8b\x00")

    @given(st.binary(max_size=60))
    def test_no_bytes_give_another_error(self, data):
        try:
            text, _, _ = decode(data)
        except FormatError:
            return
        assert isinstance(text, str)

    def test_a_long_file_is_judged_by_its_telling_lines(self):
        text = "plain;line;without;letters\n" * 20_000 + _table(TEXTS["lt"])
        assert decode(text.encode("cp1257"))[:2] == (text, "cp1257")


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


class TestRows:
    @given(
        st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5),
        st.sampled_from([";", ",", "\t", "|"]),
        st.sampled_from(["\r\n", "\n"]),
    )
    def test_what_the_standard_library_wrote_is_read(self, rows, separator, ending):
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=separator, lineterminator=ending).writerows(rows)
        text = stream.getvalue()
        if text.startswith("\ufeff"):
            return
        expected = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        assert csv_rows(text, separator=separator)[0] == expected

    @pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
    def test_the_separator_is_found(self, separator):
        rows = [["teenus", "kohti", "tasu"], ["Nõu; abi, toetus", "12", "1,5"], ["Hoid | öö", "3", "2.5"]]
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=separator).writerows(rows)
        assert csv_rows(stream.getvalue()) == (rows, separator)

    @pytest.mark.parametrize(
        ("text", "separator"),
        [
            ("nimi;tasu\nKodu;1,5\nPäev;2,25\n", ";"),
            ("nimi;kirjeldus\nKodu;abi, toetus, nõu\nPäev;hoid, toit, nõu\nÖö;hoid, öö, uni\n", ";"),
            ("name,text\na,one; two; three\nb,four; five; six\n", ","),
            ("one column\nonly\n", ","),
            ("name\tplace\na, b\tc, d\n", "\t"),
            ("pealkiri\n\nnimi;kohti\na;1\nb;2\n", ";"),
            ('"a";"b"\n"x,y";"1,5"\n', ";"),
        ],
    )
    def test_decimal_commas_and_clauses_do_not_mislead(self, text, separator):
        assert separator_of(text) == separator

    def test_the_first_line_of_excel_is_obeyed_and_left_out(self):
        assert csv_rows("sep=;\r\na,b;c\r\n") == ([["a,b", "c"]], ";")

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_rows_end_in_any_way(self, ending):
        assert csv_rows(f"a,b{ending}c,d{ending}")[0] == [["a", "b"], ["c", "d"]]

    def test_line_breaks_and_doubled_marks_in_cells_stay(self):
        assert csv_rows('a,"b\n""c""\r\nd"\n')[0] == [["a", 'b\n"c"\r\nd']]

    def test_signs_that_only_look_like_line_ends_stay(self):
        assert csv_rows("a\x0bb\x85c\u2028d,e\n")[0] == [["a\x0bb\x85c\u2028d", "e"]]

    def test_blank_rows_are_counted(self):
        assert csv_rows("\na,b\n\n")[0] == [[], ["a", "b"], []]

    @pytest.mark.parametrize("text", ['a,"b\nc,d\n', '"', 'a,b\nc,"d""\n', 'x,y\n"' + "z" * 200_000])
    def test_a_mark_that_is_never_closed_is_refused_with_its_row(self, text):
        with pytest.raises(FormatError, match="opened and not closed"):
            csv_rows(text)

    def test_a_row_of_too_many_cells_is_refused_before_it_is_made(self):
        with pytest.raises(FormatError, match="more than 100 cells"):
            csv_rows("a;" * 401, limits=attrs.evolve(LIMITS, max_cells=100))

    def test_too_many_rows_are_refused(self):
        with pytest.raises(FormatError, match="more than 10 rows"):
            csv_rows("a,b\n" * 20, limits=attrs.evolve(LIMITS, max_rows=10))

    @pytest.mark.parametrize("separator", ["", ";;", "\n", '"', "\r"])
    def test_a_separator_that_cannot_separate_is_refused(self, separator):
        if not separator:
            assert csv_rows("a,b", separator=separator)[1] == ","
            return
        with pytest.raises(FormatError, match="cannot separate"):
            csv_rows("a,b", separator=separator)
