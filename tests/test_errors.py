"""Errors say what is wrong and how to mend it, survive travel, and show nobody's data."""

from __future__ import annotations

import copy
import itertools
import json
import pickle
import random
import string
import subprocess
import sys
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrated_services import errors
from integrated_services.errors import (
    AnalysisError,
    DocumentError,
    FormatError,
    FormulaError,
    InfeasibleError,
    IntegratedServicesError,
    MissingDataError,
    MissingDependencyError,
    Problem,
    UnknownIdError,
    UnstableQueueError,
    mask,
    nearest,
)

ONE_OF_EACH = [
    IntegratedServicesError("Something went wrong."),
    DocumentError([Problem("missing-field", "error", "services[mobile]", "No name.", "Add one.")], "Vievis"),
    UnknownIdError("service", "mobil", ["mobile"]),
    AnalysisError("This cannot be calculated."),
    MissingDataError("No capacity is stated.", ["services[mobile].deliveries[vievis].capacity"]),
    InfeasibleError("70 pupils, 40 places.", {"cut": ["mobile"], "capacity": 40.0, "set": {"b", "a"}}),
    UnstableQueueError("More arrive than can be served.", {"mobile": 1.25}),
    FormulaError("There is a stray bracket.", "(a + b", 0),
    FormatError("This is not JSON.", "services.json", 3, 14),
    MissingDependencyError("reading YAML needs PyYAML", "yaml", "desk"),
]
BUILTIN_PARENTS = [
    (DocumentError, ValueError),
    (UnknownIdError, KeyError),
    (AnalysisError, ValueError),
    (MissingDataError, AnalysisError),
    (InfeasibleError, AnalysisError),
    (UnstableQueueError, AnalysisError),
    (FormulaError, ValueError),
    (FormatError, ValueError),
    (MissingDependencyError, ImportError),
]
one_of_each = pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)


def problem(severity="error", path="services[mobile]", code="some-code", **more):
    return Problem(code, severity, path, "It is wrong.", "Put it right.", **more)


# The tree ------------------------------------------------------------------------------------


def test_every_name_in_all_exists_and_every_error_class_is_in_all():
    classes = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert classes <= set(errors.__all__)
    assert all(getattr(errors, name).__doc__ for name in errors.__all__ if name != "Severity")


@pytest.mark.parametrize(("child", "parent"), BUILTIN_PARENTS)
def test_each_error_is_ours_and_also_the_builtin_that_fits(child, parent):
    assert issubclass(child, IntegratedServicesError)
    assert issubclass(child, parent)


def test_the_list_of_examples_in_this_file_has_every_class():
    def descendants(kind):
        return {kind}.union(*map(descendants, kind.__subclasses__()))

    ours = {kind for kind in descendants(IntegratedServicesError) if kind.__module__ == errors.__name__}
    assert {type(error) for error in ONE_OF_EACH} == ours


@one_of_each
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_error_survives_pickling(error, protocol):
    back = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert back.args == error.args
    assert back.as_dict() == error.as_dict()
    assert vars(back) == vars(error)


@one_of_each
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_every_error_survives_copying(error, copied):
    back = copied(error)
    assert back is not error
    assert (type(back), str(back), back.as_dict()) == (type(error), str(error), error.as_dict())


@one_of_each
def test_every_error_gives_a_dictionary_for_json_with_its_name_and_message(error):
    data = json.loads(json.dumps(error.as_dict(), allow_nan=False))
    assert data["error"] == type(error).__name__
    assert data["message"] == error.message
    assert data == error.as_dict()


def test_notes_survive_pickling():
    error = AnalysisError("No.")
    error.add_note("while drawing run 7")
    assert pickle.loads(pickle.dumps(error)).__notes__ == ["while drawing run 7"]  # noqa: S301


def test_a_keyword_only_child_of_ours_survives_pickling():
    back = pickle.loads(pickle.dumps(_OddError(reason="rain")))  # noqa: S301
    assert (str(back), back.reason) == ("It does not work: rain", "rain")


class _OddError(AnalysisError):
    def __init__(self, *, reason):
        self.reason = reason
        super().__init__(f"It does not work: {reason}")


def test_an_error_raised_in_a_worker_process_arrives_whole():
    code = (
        "from concurrent.futures import ProcessPoolExecutor\n"
        "import multiprocessing, sys\n"
        "from integrated_services.errors import UnknownIdError\n"
        "def look(): raise UnknownIdError('service', 'mobil', ['mobile'])\n"
        "if __name__ == '__main__':\n"
        "    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('fork')) as pool:\n"
        "        error = pool.submit(look).exception()\n"
        "    print(type(error).__name__, error.nearest, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    expected = "UnknownIdError ('mobile',) There is no service with the id 'mobil'. Did you mean 'mobile'?"
    assert done.stdout.strip() == expected


def test_an_unknown_id_reads_as_a_sentence_and_not_as_the_repr_of_a_key():
    assert str(UnknownIdError("need", "x")) == "There is no need with the id 'x'."


def test_an_unknown_id_offers_all_near_ids():
    assert str(UnknownIdError("need", "x", ["xa", "xb", "xc"])).endswith("Did you mean 'xa' or 'xb' or 'xc'?")


def test_a_formula_error_points_below_the_place():
    assert str(FormulaError("Stray bracket.", "(a + b", 4)).splitlines() == ["Stray bracket.", "  (a + b", "      ^"]


def test_a_format_error_begins_with_the_place():
    assert str(FormatError("This is not JSON.", "a.json", 3, 14)) == "a.json, row 3, column 14: This is not JSON."


def test_a_missing_dependency_names_the_module_as_every_import_error_does():
    back = pickle.loads(pickle.dumps(MissingDependencyError("no", "yaml", "desk")))  # noqa: S301
    assert (back.name, back.extra) == ("yaml", "desk")


def test_a_certificate_is_brought_down_to_what_json_can_hold():
    np = pytest.importorskip("numpy")
    error = InfeasibleError(
        "No.", {"dual": np.float64(2.5), "row": np.arange(2), "ray": float("inf"), "on": date(2022, 6, 1)}
    )
    assert error.certificate == {"dual": 2.5, "row": [0, 1], "ray": None, "on": "2022-06-01"}


# Problems ------------------------------------------------------------------------------------


def test_a_problem_reads_as_severity_code_place_message_and_mend():
    text = str(Problem("unknown-reference", "error", "services[mobile].meets", "There is no need 'sen'.", "Add it."))
    assert text == "error unknown-reference at services[mobile].meets: There is no need 'sen'. Mend: Add it."


def test_a_problem_names_file_sheet_row_and_column_where_there_are_any():
    text = str(problem(file="a.xlsx", sheet="Services", row=7, column="capacity"))
    assert "at services[mobile] (a.xlsx, sheet Services, row 7, column capacity): " in text


def test_a_problem_is_frozen_hashable_and_slotted():
    with pytest.raises(AttributeError, match="cannot assign"):
        problem().code = "other"
    assert len({problem(), problem(), problem(row=1)}) == 2
    assert not hasattr(problem(), "__dict__")


def test_problems_sort_by_path_and_then_by_code_whatever_else_is_unknown():
    first = problem(path="a", code="z")
    second = problem(path="b", code="a", row=None, value=None)
    third = problem(path="b", code="b", row=4, value="x")
    assert sorted([third, second, first]) == [first, second, third]
    assert second <= third
    assert third > first


def test_an_unknown_severity_is_refused():
    with pytest.raises(ValueError, match="error, warning or incomplete, not 'fatal'"):
        problem(severity="fatal")


def test_the_value_of_a_problem_is_cut_to_80_characters():
    found = problem(value="x" * 200).value
    assert found is not None
    assert len(found) == 80
    assert found.endswith("…")


def test_the_value_is_masked_before_it_is_cut():
    found = problem(value="x" * 72 + " 38001010000").value
    assert found is not None
    assert "3800" not in found


def test_a_problem_masks_each_of_its_texts():
    address = "mari.tamm@example.ee"
    one = Problem(
        "c",
        "warning",
        f"agencies[{address}]",
        address,
        address,
        value=address,
        file=address,
        sheet=address,
        column=address,
    )
    assert "mari" not in str(one)
    assert "mari" not in json.dumps(one.as_dict())


def test_a_problem_stays_on_one_line_and_steers_no_terminal():
    text = str(problem(value="a\x1b[31mb", path="services[a\nb]"))
    assert text.isprintable()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])  # noqa: S301
def test_a_problem_survives_copying_and_pickling(copied):
    one = problem(value="x", row=3)
    assert copied(one) == one


def test_the_headline_of_a_document_error_counts_each_severity():
    found = [problem(path=str(i)) for i in range(3)] + [problem("warning", path=str(i)) for i in range(2)]
    assert str(DocumentError(found, "Vievis")).splitlines()[0] == "3 errors and 2 warnings in Vievis"


@pytest.mark.parametrize(
    ("severities", "headline"),
    [
        ([], "no problem in the document"),
        (["error"], "1 error in the document"),
        (["warning", "incomplete"], "1 warning and 1 incomplete in the document"),
        (["error", "error", "warning", "incomplete"], "2 errors, 1 warning and 1 incomplete in the document"),
    ],
)
def test_the_headline_leaves_out_what_is_not_there(severities, headline):
    assert DocumentError([problem(severity) for severity in severities]).message == headline


def test_a_document_error_lists_errors_first_then_by_path():
    found = [problem("incomplete", "a"), problem("warning", "b"), problem("error", "d"), problem("error", "c")]
    assert [p.path for p in DocumentError(found).problems] == ["c", "d", "b", "a"]


def test_a_document_error_shows_at_most_50_problems_and_keeps_all():
    error = DocumentError([problem(path=f"services[{i:04d}]") for i in range(1234)])
    lines = str(error).splitlines()
    assert len(lines) == 52
    assert lines[-1] == "  and 1184 more"
    assert len(error.problems) == len(error.as_dict()["problems"]) == 1234


def test_fifty_problems_are_all_shown():
    assert "more" not in str(DocumentError([problem(path=str(i)) for i in range(50)]))


@given(
    st.permutations(
        [problem("error", "a"), problem("warning", "b"), problem("error", "b"), problem("error", "b", row=2)]
    )
)
def test_the_order_in_which_problems_are_found_does_not_matter(found):
    assert str(DocumentError(found)) == str(DocumentError(sorted(found)))


# Personal data -------------------------------------------------------------------------------


def _personal_codes(first_digits="123456"):
    """Made-up Estonian and Lithuanian codes: sex and century, date of birth, serial, check digit."""

    def code(first, born, serial):
        digits = f"{first}{born:%y%m%d}{serial:03d}"
        for start in (1, 3):
            rest = sum(int(d) * ((start + i - 1) % 9 + 1) for i, d in enumerate(digits)) % 11
            if rest < 10:
                return f"{digits}{rest}"
        return f"{digits}0"

    return st.builds(
        code, st.sampled_from(first_digits), st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999)
    )


SURROUNDINGS = st.sampled_from(
    ["{}", "code {}", "({})", "id={};", "EE{}", "'{}'", "a,{},b", "{}.", "[{}]", "\t{}\n", "x: {}: y"]
)


@given(_personal_codes(), SURROUNDINGS)
def test_no_estonian_or_lithuanian_personal_code_passes(code, around):
    masked = mask(around.format(code))
    assert code not in masked
    assert code[1:] not in masked
    assert masked == around.format(f"{code[0]}**********")


@given(_personal_codes(), st.sampled_from([(3, 7), (1, 3, 5, 7), (7,), (1, 7)]), st.sampled_from([" ", "-"]))
def test_no_personal_code_written_in_groups_passes(code, cuts, separator):
    bounds = [0, *cuts, 11]
    grouped = separator.join(code[a:b] for a, b in itertools.pairwise(bounds))
    assert mask(f"of {grouped} here") == f"of {code[0]}********** here"


@given(st.emails(), SURROUNDINGS.filter(lambda s: s not in ("EE{}", "{}.", "'{}'", "id={};")))
def test_no_email_address_passes(address, around):
    masked = mask(around.format(address))
    assert address not in masked
    local, _, domain = address.rpartition("@")
    assert f"@{domain}" not in masked
    assert len(local) < 4 or local not in masked


@given(
    st.sampled_from(["+372 {}", "+372{}", "00372{}", "+372-{}", "tel {}", "Tel.: {}", "mob. {}"]),
    st.from_regex(r"5[0-9]{6,7}", fullmatch=True),
)
def test_no_mobile_number_passes(form, number):
    assert number not in mask(f"call {form.format(number)}!")


@given(st.text(max_size=200))
def test_masking_never_raises_and_a_masked_text_stays_as_it_is(text):
    masked = mask(text)
    assert mask(masked) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("jaana.tamm@example.ee", "j***@***"),
        ("'jaana@example.ee'", "'j***@***'"),
        ("jaana (at) example.ee", "j***@***"),
        ("Žydrūnė@savivaldybė.lt", "Ž***@***"),
        ("38001010000", "3**********"),
        ("010190-12345", "0**********"),
        ("+372 5123 4567", "+372 ***"),
        ("+370 612 34567", "+370 ***"),
        ("0037251234567", "+372 ***"),
        ("+358 40 123 4567", "***"),
        ("8 612 34567 or (8 528) 51234", "*** or ***"),
        ("0 612 34567", "***"),
        ("5123 4567, 512 3456, 51234567", "***, ***, ***"),
        ("telefon: 4421234, Tel.: 5000000", "telefon: ***, Tel.: ***"),
    ],
)
def test_addresses_codes_and_numbers_are_masked(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "register code 70000740",
        "įmonės kodas 188647447",
        "from 2014-2020, on 2022-06-01",
        "1 234 567 EUR and 5123456.00 and 5000000",
        "0.12345678901",
        "12345678901234",
        "services[mobile].deliveries[vievis].capacity",
        "LT-08, LAU 42, 0037",
        "-5123456",
        "telefon 112",
    ],
)
def test_what_is_nobodys_data_stays(text):
    assert mask(text) == text


@pytest.mark.parametrize("piece", ["a", "a@", "5 ", "+3", "1", "8 3", '"', "tel ", "a.", " (", "a (at"])
def test_masking_takes_time_in_proportion_to_the_text(piece):
    started = time.perf_counter()
    mask(piece * (100_000 // len(piece)))
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "error",
    [
        IntegratedServicesError("Ask mari.tamm@example.ee."),
        DocumentError([], "mari.tamm@example.ee"),
        UnknownIdError("agency", "mari.tamm@example.ee", ["mari.tamm@example.ee"]),
        MissingDataError("mari.tamm@example.ee", ["agencies[mari.tamm@example.ee]"]),
        InfeasibleError(
            "mari.tamm@example.ee", {"mari.tamm@example.ee": ["mari.tamm@example.ee", {"mari.tamm@example.ee": 1}]}
        ),
        UnstableQueueError("mari.tamm@example.ee", {"mari.tamm@example.ee": 2}),
        FormulaError("mari.tamm@example.ee", "mari.tamm@example.ee"),
        FormatError("mari.tamm@example.ee", "mari.tamm@example.ee"),
        MissingDependencyError("mari.tamm@example.ee"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_error_shows_an_address_in_any_way(error):
    shown = f"{error} {error!r} {error.args} {json.dumps(error.as_dict())} {vars(error)}"
    assert "tamm" not in shown
    assert b"tamm" not in pickle.dumps(error)


# Did you mean --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "candidates", "found"),
    [
        ("elektrenia", ["vievis", "elektrenai"], ("elektrenai",)),
        ("ELEKTRĖNAI", ["vievis", "elektrenai"], ("elektrenai",)),
        ("kohtla-jarve", ["Kohtla-Järve", "narva"], ("Kohtla-Järve",)),
        ("mobile", ["mobile-specialists", "narva"], ("mobile-specialists",)),
        ("xyz", ["vievis", "elektrenai"], ()),
        ("", ["vievis"], ()),
        ("vievis", [], ()),
    ],
)
def test_the_nearest_names_are_found(word, candidates, found):
    assert nearest(word, candidates) == found


def test_the_best_comes_first_and_no_more_than_asked():
    names = ["care-centers", "care", "care-center", "care-centre", "cart"]
    assert nearest("care-centre", names, n=2) == ("care-centre", "care-center")


def test_a_name_that_is_given_twice_is_found_once():
    assert nearest("abcd", ["abcx", "abcx", "abcy", "abcx"]) == ("abcx", "abcy")


def test_equally_near_names_come_in_alphabetical_order():
    assert nearest("abcd", ["abcz", "abcx", "abcy"]) == ("abcx", "abcy", "abcz")


@given(
    st.text(max_size=30),
    st.lists(st.text(max_size=30), max_size=30),
    st.integers(-1, 5),
    st.randoms(use_true_random=False),
)
def test_the_nearest_are_candidates_without_repetition_in_an_order_of_their_own(word, candidates, n, rng):
    found = nearest(word, candidates, n=n)
    assert len(found) <= max(n, 0)
    assert set(found) <= set(candidates)
    assert len(set(found)) == len(found)
    shuffled = rng.sample(candidates, len(candidates))
    assert nearest(word, shuffled, n=n) == found


@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=12), min_size=1, max_size=30), st.data())
def test_a_name_that_exists_is_its_own_nearest(candidates, data):
    word = data.draw(st.sampled_from(candidates))
    assert nearest(word, candidates, n=1) == (word,)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 19_999), st.integers(1, 3))
def test_among_very_many_names_one_slip_is_still_found(number, at):
    names = [f"service-{random.Random(i).randrange(10**9):09d}" for i in range(20_000)]
    word = names[number]
    slip = word[: -at - 1] + "x" + word[-at:]
    assert nearest(slip, names, n=1) == (word,)


def test_the_nearest_of_a_hundred_thousand_names_do_not_take_long():
    names = [f"service-{i:06d}" for i in range(100_000)]
    started = time.perf_counter()
    found = nearest("service-01234x", names)
    assert time.perf_counter() - started < 2
    assert len(found) == 3
