"""What people write in cells is read as they mean it, and what can mean two things is never guessed."""

# Letters of other alphabets look alike; here they are meant.
# ruff: noqa: RUF001

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrated_services.io._cells import (
    blank,
    day,
    day_order,
    days,
    decimal_mark,
    is_blank,
    items,
    number,
    yes_no,
)
from integrated_services.io._sheets import CellError


def _spread(text, **known):
    found = number(text, **known)
    return found and (found.value, found.low, found.high)


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            *(("12", 12), ("-3", -3), ("−3", -3), ("+4", 4), ("0", 0), ("1,5", 1.5), ("1.5", 1.5), ("0,125", 0.125)),
            *(("1 234", 1234), ("1 234,5", 1234.5), ("1\u00a0234\u00a0567", 1234567), ("1\u202f234,50", 1234.5)),
            *(("1.234.567", 1234567), ("1,234,567", 1234567), ("1.234,5", 1234.5), ("1,234.5", 1234.5)),
            *(("1'234.5", 1234.5), ("1234,567", 1234.567), ("1,2e3", 1200), ("1E-2", 0.01), ("kaks", 2), ("trys", 3)),
            *(("  7 ", 7), ("12 (koos Tapaga)", 12), ("üks", 1), ("0141", 141), ("5.", 5), ("12,34", 12.34)),
        ],
    )
    def test_one_number(self, text, value):
        found = number(text)
        assert (found.value, found.low, found.high, found.ambiguous) == (value, None, None, ())
        assert type(found.value) is type(value) or "e" in text
        assert found.text == text

    @pytest.mark.parametrize(
        ("text", "low", "high"),
        [
            *(("2-3", 2, 3), ("2–3", 2, 3), ("2 — 3", 2, 3), ("2...3", 2, 3), ("2…3", 2, 3), ("10 kuni 12", 10, 12)),
            *(("nuo 2 iki 3", 2, 3), ("2 to 3", 2, 3), ("between 2 and 3", 2, 3), ("tarp 2 ir 3", 2, 3)),
            *(("from 2 to 3", 2, 3), ("от 2 до 3", 2, 3), ("1,5-2,5", 1.5, 2.5), ("2 kuud - 3 kuud", 2, 3)),
            *(("2-3 nädalat", 2, 3), ("-2 - 3", -2, 3), ("18–26 a.", 18, 26), ("3-3", 3, 3)),
        ],
    )
    def test_a_range(self, text, low, high):
        assert _spread(text) == (None, low, high)

    @pytest.mark.parametrize(
        ("text", "low", "high", "excluded"),
        [
            *(
                ("> 5", 5, None, True),
                (">5", 5, None, True),
                ("üle 10", 10, None, True),
                ("rohkem kui 3", 3, None, True),
            ),
            *(("daugiau nei 10", 10, None, True), ("virš 10", 10, None, True), ("more than 2 weeks", 2, None, True)),
            *(
                (">= 5", 5, None, False),
                ("≥5", 5, None, False),
                ("vähemalt 5", 5, None, False),
                ("min 5", 5, None, False),
            ),
            *(("ne mažiau kaip 5", 5, None, False), ("at least 5", 5, None, False), ("18+", 18, None, False)),
            *(("65 ir daugiau", 65, None, False), ("65 ja vanemad", 65, None, False), ("nuo 18", 18, None, False)),
            *(
                ("< 5", None, 5, True),
                ("alla 5", None, 5, True),
                ("mažiau nei 5", None, 5, True),
                ("under 5", None, 5, True),
            ),
            *(
                ("kuni 5", None, 5, False),
                ("iki 3 mėn.", None, 3, False),
                ("up to 5", None, 5, False),
                ("≤5", None, 5, False),
            ),
            *(("ne daugiau kaip 5", None, 5, False), ("max. 5", None, 5, False), ("5 or less", None, 5, False)),
        ],
    )
    def test_a_bound(self, text, low, high, excluded):
        found = number(text)
        assert (found.value, found.low, found.high, found.bound_excluded) == (None, low, high, excluded)

    @pytest.mark.parametrize(
        "text", ["ca 3", "ca. 3", "umbes 3", "apie 3", "~3", "~ 3", "about 3", "maždaug 3", "u. 3", "≈3"]
    )
    def test_about(self, text):
        found = number(text)
        assert (found.value, found.approx) == (3, True)

    def test_about_a_range_and_a_bound(self):
        assert number("ca 2-3 kuud").approx
        assert number("ca 2-3 kuud").high == 3
        assert number("üle ca 10").approx
        assert number("üle ca 10").low == 10
        assert number("canapé 3") is None

    @pytest.mark.parametrize(
        ("text", "unit"),
        [
            *(("3 kuud", "month"), ("2 weeks", "week"), ("30 d.", "day"), ("30d", "day"), ("3 mėn.", "month")),
            *(("2 sav.", "week"), ("14 päeva", "day"), ("2 nädalat", "week"), ("12%", "percent"), ("12 %", "percent")),
            *(("12 protsenti", "percent"), ("5 €", "EUR"), ("€5", "EUR"), ("5 eurot", "EUR"), ("2 m.", "year")),
            *(
                ("20 kohta", "place"),
                ("20 vietų", "place"),
                ("1,5 h", "hour"),
                ("30 min", "minute"),
                ("7 gruppi", "gruppi"),
            ),
            *(("2-3 kuud", "month"), ("üle 3 kuu", "month"), ("3", None), ("0,5 etato", "FTE")),
        ],
    )
    def test_units(self, text, unit):
        assert number(text).unit_hint == unit

    def test_a_percentage_stays_as_it_is_written(self):
        assert number("12,5 %").value == 12.5

    @pytest.mark.parametrize(
        "text",
        [
            *("", " ", "-", "n/a", "palju", "many", "ei tea", "2022-05", "24/7", "3-2", "1 2", "1 23", "1,23,4"),
            *("2 kuud, siis 3 kuud", "650 780-7525", "+372 5123 4567", "1.2.3", "12.05.2022", "1/2", "v2", "1..", "e5"),
            *("3 of the many people who came", "x" * 500, "9" * 50, "1e999", "2 ja 3", "5-", "²", "٣", "１"),
        ],
    )
    def test_what_is_no_single_number_is_none(self, text):
        assert number(text) is None

    @pytest.mark.parametrize("cell", [None, True, False, dt.date(2022, 5, 3), CellError("#N/A")])
    def test_other_kinds_of_cells_are_no_numbers(self, cell):
        assert number(cell) is None

    def test_numbers_are_numbers(self):
        assert number(3).value == 3
        assert number(2.5).value == 2.5

    @pytest.mark.parametrize(
        ("text", "either"), [("1.234", (1.234, 1234)), ("1,234", (1.234, 1234)), ("-12.345", (-12345, -12.345))]
    )
    def test_a_mark_that_can_be_of_decimals_or_of_thousands_is_not_guessed(self, text, either):
        found = number(text)
        assert (found.value, found.low, found.high, found.ambiguous) == (None, None, None, either)

    def test_a_range_or_bound_of_such_numbers_is_not_guessed_either(self):
        assert number("1.234-2.345").value is None
        assert number("1.234-2.345").low is None
        assert 1.234 in number("1.234-2.345").ambiguous
        assert number("üle 1.234").ambiguous == (1.234, 1234)

    def test_the_decimal_mark_of_the_column_decides(self):
        assert _spread("1.234", decimal=",") == (1234, None, None)
        assert _spread("1.234", decimal=".") == (1.234, None, None)
        assert _spread("1.234-2.345", decimal=",") == (None, 1234, 2345)
        assert _spread("1.5", decimal=",") == (1.5, None, None)

    @pytest.mark.parametrize(
        ("column", "mark"),
        [
            (["1,5", "1.234"], ","),
            (["1.234.567"], ","),
            (["1,234,567", "3.250"], "."),
            (["0.123"], "."),
            (["ca 2,5 kuud", 3, None], ","),
            (["1.234", "2.345"], None),
            (["1,5", "1.5"], None),
            (["2022.05.03", "a", "12"], None),
            ([], None),
        ],
    )
    def test_the_decimal_mark_is_found_from_the_whole_column(self, column, mark):
        assert decimal_mark(column) == mark

    @given(st.integers(-(10**12), 10**12), st.sampled_from([" ", ".", ",", "'", ""]))
    def test_whole_numbers_come_back_however_they_are_grouped(self, value, group):
        text = f"{value:,}".replace(",", group)
        found = number(text)
        assert value in ((found.value,) if found.value is not None else found.ambiguous)
        if group not in ".,":
            assert found.value == value

    @given(st.decimals(-10000, 10000, places=2), st.sampled_from([",", "."]))
    def test_decimals_come_back_with_either_mark(self, value, mark):
        assert number(str(value).replace(".", mark)).value == float(value)

    @given(st.text(max_size=30) | st.from_regex(r"[-0-9 .,kuni€%a-z]{1,20}"))
    def test_no_text_gives_an_error(self, text):
        number(text)
        decimal_mark([text])


class TestYesNo:
    @pytest.mark.parametrize(
        ("answer", "texts"),
        [
            (
                "yes",
                "jah|Jah.|JAH|taip|Taip|yes|Y|x|X|+|✓|1|true|on olemas|yra|да|jah (Rakveres)|yes, since 2022",
            ),
            ("no", "ei|EI|ne|no|N|-|–|0|false|puudub|nėra|ei ole|нет|ei (alates 2020)"),
            ("unknown", "?|ei tea|Ei tea!|teadmata|nežinau|nežinoma|don't know|don’t know|unknown|не знаю|pole teada"),
            (None, "|osaliselt|iš dalies|partly|2|yes and no|nobody|eile|Rakvere|jah/ei|notfall|n/a"),
        ],
    )
    def test_words(self, answer, texts):
        assert {text: yes_no(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), answer)

    def test_other_kinds_of_cells(self):
        assert [yes_no(cell) for cell in (True, False, 1, 0, 1.0, 2, None, dt.date(2022, 1, 1), CellError("#N/A"))] == [
            *("yes", "no", "yes", "no", "yes", None, None, None, None)
        ]


class TestBlanks:
    @pytest.mark.parametrize(
        ("kind", "texts"),
        [
            ("empty", "| |\t\n|\u00a0|\u200b"),
            ("unknown", "?|ei tea|teadmata|nežinoma|nėra duomenų|Andmed puuduvad|don't know|..|…|tbd|не знаю|#N/A"),
            ("none", "-|–|—|--|puudub|Puudub.|pole|nėra|none|neturi"),
            ("not-applicable", "n/a|N/A|n.a.|ei kohaldu|netaikoma|not applicable"),
            (None, "0|a|ei|ne|no|Rakvere|x|/|(a)|puudub Rakveres"),
        ],
    )
    def test_words(self, kind, texts):
        assert {text: blank(text) for text in texts.split("|")} == dict.fromkeys(texts.split("|"), kind)

    def test_other_kinds_of_cells(self):
        assert [blank(cell) for cell in (None, CellError("#N/A"), 0, False, 0.0)] == [
            "empty",
            "unknown",
            None,
            None,
            None,
        ]
        assert is_blank(None)
        assert not is_blank(False)


class TestItems:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a; b;c", ["a", "b", "c"]),
            ("a, b", ["a", "b"]),
            ("a\nb\r\nc", ["a", "b", "c"]),
            ("a / b / c", ["a", "b", "c"]),
            ("lapsed/pered", ["lapsed", "pered"]),
            ("• a\n• b", ["a", "b"]),
            ("- a\n- b", ["a", "b"]),
            ("• a • b", ["a", "b"]),
            ("1. a\n2. b", ["a", "b"]),
            ("1) a\n2) b\n10) c", ["a", "b", "c"]),
            ("a (b, c), d", ["a (b, c)", "d"]),
            ("a (b; c); d [e; f]", ["a (b; c)", "d [e; f]"]),
            ("a (b, c", ["a (b", "c"]),
            ("Rakvere, Pikk 1; Tapa, Jaama 2", ["Rakvere, Pikk 1", "Tapa, Jaama 2"]),
            ("1,5", ["1,5"]),
            ("24/7", ["24/7"]),
            ("n/a", ["n/a"]),
            ("https://a.example/bcd/efg", ["https://a.example/bcd/efg"]),
            ("2022-05-03", ["2022-05-03"]),
            ("a;;b; ", ["a", "b"]),
            ("a", ["a"]),
            ("", []),
            ("a|b", ["a", "b"]),
        ],
    )
    def test_values_are_divided(self, text, expected):
        assert items(text) == expected

    def test_other_kinds_of_cells(self):
        assert (items(None), items(3), items(CellError("#N/A"))) == ([], ["3"], [])

    @given(
        st.lists(st.text("abcõ ", min_size=1).map(str.strip).filter(bool), min_size=2),
        st.sampled_from([";", ", ", "\n", " | "]),
    )
    def test_joined_values_come_back(self, values, separator):
        assert items(separator.join(values)) == values

    @given(st.text())
    def test_no_value_is_blank_and_none_is_invented(self, text):
        for item in items(text):
            assert item.strip()
            assert item in text


class TestDays:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            *(("2022", "2022"), ("2022-05", "2022-05"), ("2022-05-03", "2022-05-03"), ("2022.05.03", "2022-05-03")),
            *(("12.05.2022", "2022-05-12"), ("3.5.2022", "2022-05-03"), ("3. 5. 2022", "2022-05-03")),
            *(("12.05.2022.", "2022-05-12"), ("12.05.22", "2022-05-12"), ("05.2022", "2022-05"), ("5/2022", "2022-05")),
            *(
                ("mai 2022", "2022-05"),
                ("Mai 2022. a", "2022-05"),
                ("3. mai 2022", "2022-05-03"),
                ("2022 mais", "2022-05"),
            ),
            *(("2022 m. gegužės 3 d.", "2022-05-03"), ("2022 m. gegužė", "2022-05"), ("2022 m.", "2022")),
            *(("May 3, 2022", "2022-05-03"), ("3 May 2022", "2022-05-03"), ("3rd of May 2022", "2022-05-03")),
            *(
                ("3 мая 2022 г.", "2022-05-03"),
                ("2022-05-03T10:31:49+02:00", "2022-05-03"),
                ("03.05.2022 14:30", "2022-05-03"),
            ),
            *(
                ("13/04/2022", "2022-04-13"),
                ("04/13/2022", "2022-04-13"),
                ("5/5/2022", "2022-05-05"),
                ("31.12.1999", "1999-12-31"),
            ),
            *(("29.02.2020", "2020-02-29"), ("2022. aasta", None)),
        ],
    )
    def test_dates_as_people_write_them(self, text, found):
        if found is not None:
            assert str(day(text)) == found

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "",
                "soon",
                "29.02.2021",
                "2022-13",
                "32.01.2022",
                "0.0.2022",
                "12",
                "3. mai",
                "mai",
                "2022-2023",
                "0000-01",
            ),
            *(
                "maybe 2022 or 2023",
                "99999",
                "2022-05-03-04",
                "1.5",
                "mai juuni 2022",
                "x" * 500,
                "２０２２",
                "03/04/05/2022",
            ),
        ],
    )
    def test_what_is_no_date_is_none(self, text):
        assert days(text) == ()

    def test_the_order_of_day_and_month_is_not_guessed(self):
        assert [str(found) for found in days("03/04/2022")] == ["2022-04-03", "2022-03-04"]
        assert day("03/04/2022") is None
        assert str(day("03/04/2022", order="mdy")) == "2022-03-04"
        assert str(day("03-04-2022", order="dmy")) == "2022-04-03"

    @pytest.mark.parametrize(
        ("column", "order"),
        [
            (["03/04/2022", "13/04/2022", None], "dmy"),
            (["03/04/2022", "04/13/2022"], "mdy"),
            (["03/04/2022"], None),
            (["13/04/2022", "04/13/2022"], None),
            (["13.04.2022"], None),
        ],
    )
    def test_the_order_is_found_from_the_whole_column(self, column, order):
        assert day_order(column) == order

    def test_other_kinds_of_cells(self):
        assert str(day(dt.datetime(2022, 5, 3, 4))) == "2022-05-03"  # noqa: DTZ001
        assert str(day(2022)) == "2022"
        assert [days(cell) for cell in (None, True, 44713, 2.5, CellError("#N/A"))] == [()] * 5

    @given(st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)))
    def test_every_day_comes_back_however_it_is_written(self, date):
        iso = date.isoformat()
        for text in (
            iso,
            f"{date:%d.%m.%Y}",
            f"{date.day}.{date.month}.{date.year}",
            f"{date:%d. %B %Y}",
            f"{date:%Y.%m.%d}",
        ):
            assert str(day(text)) == iso
        assert iso in [str(found) for found in days(f"{date:%d/%m/%Y}")]
        assert str(day(f"{date:%m/%d/%Y}", order="mdy")) == iso

    @given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,4}[-./ ][0-9a-zõ]{1,8}[-./ ][0-9]{1,4}"))
    def test_no_text_gives_an_error(self, text):
        days(text)
        day_order([text])
