from __future__ import annotations

import json
import math
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from gridlab.records.journal import DAMAGE, decode, encode, mend, read_journal
from gridlab.records.record import FitRecord, StoredCurves

numbers = st.floats() | st.integers(-(10**9), 10**9)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just("curves"), inner, max_size=3),
    max_leaves=8,
)
names = st.text(max_size=8) | st.sampled_from(["curves", ',"curves":', "}}", "{"])
fits = st.builds(
    FitRecord,
    key=st.text(min_size=1),
    params=st.dictionaries(names, plain, max_size=4),
    split=st.integers(0, 9),
    status=st.sampled_from(["ok", "failed"]),
    scores=st.dictionaries(names, numbers, max_size=3),
    train_scores=st.dictionaries(names, numbers, max_size=3),
    curves=st.dictionaries(names, st.lists(numbers, max_size=4), max_size=3),
    fit_time=numbers,
    error=st.none() | st.text(min_size=1),
    seed=st.none() | st.integers(0, 2**31),
    predictions=st.none() | st.just({"proba": {"offset": 0, "length": 1, "dtype": "<f2", "shape": [2, 3]}}),
)


def refuse(token):
    raise AssertionError(f"{token} is not JSON")


@given(fits)
def test_a_record_comes_back_as_it_was(record):
    line = encode(record)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    json.loads(line, parse_constant=refuse)
    assert decode(line[:-1]) == record


@given(st.lists(fits, max_size=4, unique_by=lambda f: f.key), st.binary(max_size=40))
def test_no_file_is_unreadable(tmp_path_factory, records, rubbish):
    path = tmp_path_factory.mktemp("journal") / "fits.jsonl"
    path.write_bytes(b"".join(map(encode, records)) + rubbish)
    journal = read_journal(path)
    assert {k: journal.records[k] for k in (r.key for r in records)} == {r.key: r for r in records}


@given(plain)
def test_no_json_is_mistaken_for_a_record(value):
    with suppress(DAMAGE):
        assert decode(json.dumps(value).encode()) is None  # it says that it is of another format


@given(fits, st.data())
def test_a_record_with_a_field_of_another_type_is_damage_or_a_record(record, data):
    values = json.loads(encode(record))
    values[data.draw(st.sampled_from(sorted(values)))] = data.draw(plain)
    try:
        found = decode(json.dumps(values).encode())
    except DAMAGE:
        return
    assert found is None or (
        isinstance(found.key, str) and isinstance(found.split, int) and found.status in ("ok", "failed")
    )


def test_curves_stay_unread(fit):
    record = decode(encode(fit())[:-1])
    assert isinstance(record.curves, StoredCurves)
    assert "_series" not in vars(record.curves)
    assert record.curves["loss"] == [0.5, 0.25]


def test_the_later_line_of_a_key_counts(tmp_path, fit):
    path = tmp_path / "fits.jsonl"
    path.write_bytes(encode(fit(key="a", fit_time=1)) + encode(fit(key="b")) + encode(fit(key="a", fit_time=2)))
    assert read_journal(path).records["a"].fit_time == 2


def test_damage_in_the_middle_costs_only_itself(tmp_path, fit):
    path = tmp_path / "fits.jsonl"
    whole = [encode(fit()) for _ in range(4)]
    merged = whole[0][:-9] + encode(
        fit(key="merged", curves={}, predictions={"a": {}})
    )  # torn, and written on without mending
    huge = whole[0].replace(b"0.9", b"9" * 400)
    whole[1:1] = [b"\x00\x00\xff\n", b"[" * 100_000 + b"\n", b"\n", b'{"key": 3}\n', b"null\n", merged, huge]
    path.write_bytes(b"".join(whole))
    journal = read_journal(path)
    assert list(journal.records) == ["key0", "key1", "key2", "key3"]
    assert journal.notes("fits.jsonl") == ["fits.jsonl: 6 lines damaged and passed over (line 2, 3, 5, 6, 7, …)"]


def test_lines_of_another_format_are_passed_over(tmp_path, fit):
    path = tmp_path / "fits.jsonl"
    newer = encode(fit(key="new")).replace(b'{"format":1,', b'{"format":2,"shape":"other",')
    path.write_bytes(newer + b'{"format":3}\n' + encode(fit(key="ours")))
    journal = read_journal(path)
    assert list(journal.records) == ["ours"]
    assert journal.notes("j") == ["j: 2 lines of another record format passed over"]


def test_a_tail_torn_at_any_byte(tmp_path, fit):
    path = tmp_path / "fits.jsonl"
    head, last = encode(fit(key="a")), encode(fit(key="b", params={"이름": "값"}))
    for cut in range(len(last)):
        path.write_bytes(head + last[:cut])
        journal = read_journal(path)
        whole = cut == len(last) - 1  # only the line end is missing
        assert list(journal.records) == (["a", "b"] if whole else ["a"])
        assert path.read_bytes() == head + last[:cut]
        mend(path, journal)
        assert path.read_bytes() == (head + last if whole else head)


def test_a_tail_of_zeros_as_a_power_cut_leaves_it(tmp_path, fit):
    path = tmp_path / "fits.jsonl"
    path.write_bytes(encode(fit(key="a")) + b"\0" * 4096)
    journal = read_journal(path)
    assert list(journal.records) == ["a"]
    assert journal.notes("j") == ["j: the last line is torn (4096 bytes) and does not count"]


def test_curves_lost_to_damage_do_not_cost_the_scores(fit):
    line = encode(fit())[:-1].replace(b"[0.5,", b"[0.x,")
    record = decode(line)
    assert record.scores == {"accuracy": 0.9}
    assert len(record.curves) == 0


def test_no_journal_is_an_empty_one(tmp_path):
    assert read_journal(tmp_path / "fits.jsonl").records == {}


def test_non_finite_numbers_never_reach_the_file(fit):
    line = encode(fit(params={"C": math.inf}, scores={"a": math.nan}, curves={"loss": [math.nan]}, score_time=math.inf))
    assert json.loads(line, parse_constant=refuse)["scores"] == {"a": None}
