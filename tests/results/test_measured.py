"""Columns of samples: the same values, the same refusals and the same count as the records give."""

import gzip
import re
import tracemalloc
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example as given_example
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.results import measured, queries, reader
from concbench.results.columns import Samples
from concbench.results.errors import RunFileError
from concbench.results.lines import samples_in
from concbench.results.measured import Measured, measured_of, read_measured
from concbench.results.reader import Run, read_run
from concbench.results.records import Sample

from .examples import CELLS, HEADER, LEG, Plain, example, line_of, made_header, runs, story, typed


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs") / "run.jsonl"


def content_of(records: Sequence[Plain]) -> bytes:
    return b"".join(map(line_of, records))


def run_of(*records: Plain) -> Run:
    return Run(path=Path("run.jsonl"), header=made_header(), records=tuple(map(typed, records)), torn=None)


def samples_of(*records: Plain) -> Samples:
    return measured_of(run_of(*records)).samples


def columns_of(samples: Samples) -> dict[str, np.ndarray]:
    plain = {field.name: getattr(samples, field.name) for field in fields(Samples)}
    legs, extras = plain.pop("legs"), plain.pop("extras")
    return {**plain, **legs, **extras}


def assert_same(one: Measured, other: Measured) -> None:
    assert (one.path, one.header, one.records, one.torn) == (
        other.path,
        other.header,
        other.records,
        other.torn,
    )
    left, right = (columns_of(measured.samples) for measured in (one, other))
    assert left.keys() == right.keys()
    for name, column in left.items():
        np.testing.assert_array_equal(column, right[name], strict=True)
    assert one.lateness.keys() == other.lateness.keys()
    for cell, late in one.lateness.items():
        np.testing.assert_array_equal(late.values_ns, other.lateness[cell].values_ns)
        np.testing.assert_allclose(late.share, other.lateness[cell].share)


def assert_read_alike(path: Path, content: bytes) -> None:
    """Read a file both ways: either gives the same, or the same refusal."""
    path.write_bytes(content)
    try:
        expected = measured_of(read_run(path))
    except RunFileError as refusal:
        with pytest.raises(RunFileError, match=f"^{re.escape(str(refusal))}$"):
            read_measured(path)
    else:
        assert_same(read_measured(path), expected)


@given(records=runs())
def test_any_valid_run_gives_the_columns_of_its_records(path: Path, records: list[Plain]) -> None:
    path.write_bytes(content_of(records))
    found = read_measured(path)
    others = [record for record in records[1:] if record["type"] != "sample"]
    assert list(found.records) == list(map(typed, others))
    assert found.samples.cell.size == sum(record["type"] == "sample" for record in records)
    assert_same(found, measured_of(read_run(path)))


@given(records=runs())
def test_the_samples_that_count_are_those_of_the_records(records: list[Plain]) -> None:
    run = run_of(*records[1:])
    samples = queries.of_type(run, Sample)
    counted = {id(record) for record in queries.counted_samples(run)}
    found = measured_of(run)
    assert found.samples.counted.tolist() == [id(record) in counted for record in samples]
    assert queries.outcomes(found) == queries.outcomes(run)
    assert queries.counted_memory(found) == queries.counted_memory(run)


_TOKEN = re.compile(rb'-?\d[\d.eE+-]*|"[^"\\]*"|[{}\[\],:]|true|false|null')
_REPLACEMENTS = [
    *(b"0", b"1", b"-1", b"-0", b"1.0", b"1e3", b"0.00001", b"01", b"1e999", b"NaN", b"true", b"null", b""),
    *(
        b"9223372036854775807",
        b"9223372036854775808",
        b"18446744073709551616",
        b"9" * 400,
        b"[]",
        b"{}",
        b" 1",
    ),
    *(
        b'"sample"',
        b'"end"',
        b'"short"',
        b'"long"',
        b'"single"',
        b'"a"',
        b'"\\ud800"',
        b'"\xff"',
        b'"\\u0061"',
    ),
    *(
        b'"a":1,"a":1',
        b'"process":1,"process"',
        b'"new":{"a":[1,{}]},"turn"',
        b"[1,2.5,-3]",
        b'{"lateness_ns":[true]}',
    ),
    *(b",", b",,", b"\n", b"\r", b'"lateness_ns"', b'"lateness_p50_ns"', b'"spawn/threads/10"'),
]


@st.composite
def _spoiled(draw: st.DrawFn) -> bytes:
    """Draw a file with one token of one line after the header replaced by another, or perhaps cut short."""
    lines = [line_of(record) for record in draw(runs(min_size=1))]
    place = draw(st.integers(min(1, len(lines) - 1), len(lines) - 1))
    tokens = list(_TOKEN.finditer(lines[place]))
    token = draw(st.sampled_from(tokens))
    new = draw(st.sampled_from(_REPLACEMENTS) | st.binary(max_size=2))
    lines[place] = lines[place][: token.start()] + new + lines[place][token.end() :]
    content = b"".join(lines)
    return content[: draw(st.sampled_from([len(content)] * 9 + [len(content) - 5]))]


@settings(max_examples=100)
@given(content=_spoiled())
def test_a_spoiled_line_is_taken_or_refused_alike(path: Path, content: bytes) -> None:
    assert_read_alike(path, content)


LATE = {
    "lateness_p50_ns": 10,
    "lateness_p90_ns": 20,
    "lateness_p99_ns": 30,
    "lateness_max_ns": 40,
    "early": 1,
    "lateness_ns": [-5, 10, 40],
}
PLAIN = line_of(example("sample", records=LATE)).rstrip()


@pytest.mark.parametrize(("old", "new"), [
    (b'"process":1', b'"process":1,"process":1'),
    (b'"process":1', b'"process":1.0'),
    (b'"process":1', b'"process":-0'),
    (b'"process":1', b'"process":true'),
    (b'"process":1,', b''),
    (b'"process":1', b'"process":1,"further":[{"key":null}]'),
    (b'"process":1', b'"process" : 1'),
    (b'"first":"single"', b'"first":"long"'),
    (b'"leg":"single"', b'"leg":"short"'),
    (b'"number":3', b'"number":0'),
    (b'"wall_ns":9000000', b'"wall_ns":-9'),
    (b'"wall_ns":9000000', b'"wall_ns":99999999999999999999'),
    (b'spawn/asyncio/10', b'spawn/curio/10'),
    (b'spawn/asyncio/10', b'spawn/\\u0061syncio/10'),
    (b'"early":1', b'"early":null'),
    (b'"early":1', b'"early":1e999'),
    (b'"early":1', b'"early":1,"early":1'),
    (b'"early":1', b'"inversions":{"early":1}'),
    (b'"early":1', b'"\xff":1'),
    (b'[-5,10,40]', b'[-5,"10",40]'),
    (b'[-5,10,40]', b'[]'),
    (b'[-5,10,40]', b'[1.5,1e-9]'),
    (b'[-5,10,40]', b'-5'),
    (b'{', b'{ '),
    (b'"type":"sample",', b''),
    (b'"turn":0', b'"turn":0}\n{"turn":0'),
    (b'"turn":0', b'"turn":0\n'),
])  # fmt: skip
def test_a_sample_that_is_not_as_we_write_it_is_taken_or_refused_alike(
    path: Path, old: bytes, new: bytes
) -> None:
    assert old in PLAIN
    changed = PLAIN.replace(old, new).replace(b'"round":0', b'"round":1')
    lines = [
        *map(line_of, story(example("sample", records=LATE))),
        changed + b"\n",
        line_of(example("block", cells=[CELLS[0]])),
    ]
    assert_read_alike(path, b"".join(lines))


def test_two_legs_do_not_begin_with_a_single_one(path: Path) -> None:
    legs = [LEG | {"leg": name} for name in ("short", "long")]
    assert_read_alike(path, content_of([HEADER, example("sample", legs=legs, first="single")]))


def test_the_first_damaged_line_is_told_though_samples_wait_to_be_decoded_together(path: Path) -> None:
    bad_sample, bad_end = PLAIN.replace(b'"turn":0', b'"turn":-1') + b"\n", b'{"type":"end"}\n'
    assert_read_alike(path, content_of([HEADER]) + bad_sample + bad_end)
    with pytest.raises(RunFileError) as caught:
        read_measured(path)
    assert caught.value.line == 2
    assert_read_alike(path, content_of([HEADER]) + bad_end + bad_sample)


def test_samples_are_kept_in_order_over_many_portions(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "PORTION", 3)
    blocks = [
        record
        for block in range(5)
        for record in (
            *(
                example("sample", block=block, round=round_, records={"lateness_ns": [10 * block + round_]})
                for round_ in range(block)
            ),
            example("block", block=block),
        )
    ]
    path.write_bytes(content_of(story(*blocks, example("sample", block=9, round=77))))
    found = read_measured(path)
    assert found.samples.round.tolist() == [0, 0, 1, 0, 1, 2, 0, 1, 2, 3, 77]
    assert found.samples.counted.tolist() == [True] * 10 + [False]
    assert found.lateness[0].values_ns.tolist() == [10, 20, 21, 30, 31, 32, 40, 41, 42, 43]
    assert_same(found, measured_of(read_run(path)))


def test_latencies_have_a_distribution_of_their_own_that_tells_the_share_within_any_limit(path: Path) -> None:
    told = [{"latency_ns": [10, 20, 30, 4_000_000]}, {"latency_ns": [20, 40]}, {"lateness_ns": [7]}]
    samples = [example("sample", block=0, round=round_, records=one) for round_, one in enumerate(told)]
    path.write_bytes(content_of(story(*samples, example("block", block=0))))
    found = read_measured(path)
    late = found.latency[0]
    assert late.values_ns[:4].tolist() == [10, 20, 30, 40]
    assert [late.within(limit) for limit in (9.9, 10, 20, 39, 1e6, 1e7)] == pytest.approx(
        [0, 1 / 8, 1 / 2, 5 / 8, 7 / 8, 1]
    )
    assert found.lateness[0].values_ns.tolist() == [7]
    assert_same(found, measured_of(read_run(path)))


def test_a_compressed_file_gives_the_same_columns_and_a_spoiled_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl.gz"
    content = gzip.compress(content_of(story(example("sample"), example("block"))) + b'{"type"')
    path.write_bytes(content)
    found = read_measured(path)
    assert found.samples.counted.tolist() == [True]
    assert found.torn is not None
    assert_same(found, measured_of(read_run(path)))
    for spoiled in (content[:-12], b"plain", content[:30] + content[60:]):
        assert_read_alike(path, spoiled)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match="no such file"):
        read_measured(tmp_path / "none.jsonl")


@pytest.mark.parametrize("content", [b"", b'{"ty', b'{"type":"end"}\n', b'{"type":"header","schema":3}\n'])
def test_a_file_without_a_header_is_refused_alike(path: Path, content: bytes) -> None:
    assert_read_alike(path, content)


def test_times_are_those_of_one_repetition_of_each_leg() -> None:
    legs = [
        LEG | {"leg": "long", "number": 4, "wall_ns": 100, "cpu_ns": 60},
        LEG | {"leg": "short", "number": 2, "wall_ns": 30, "cpu_ns": 20},
    ]
    found = samples_of(example("sample", legs=legs, first="long"), example("sample", cell=CELLS[1]))
    np.testing.assert_array_equal(found.legs["wall_ns"], [[15, 25], [3_000_000, np.nan]])
    np.testing.assert_array_equal(found.legs["cpu_ns"], [[10, 15], [8_000_000 / 3, np.nan]])
    assert found.cell.tolist() == [0, 1]


def test_what_a_sample_does_not_tell_is_no_number() -> None:
    odd = {"lateness_max_ns": 2.5, "lateness_ns": []}
    found = samples_of(
        example("sample", records=LATE), example("sample", records=odd), example("sample", records={})
    )
    nan = np.nan
    np.testing.assert_array_equal(found.extras["lateness_p50_ns"], [10, nan, nan])
    np.testing.assert_array_equal(found.extras["lateness_max_ns"], [40, 2.5, nan])
    np.testing.assert_array_equal(found.extras["early"], [1, nan, nan])


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"process": 2**31}, "process"),
        ({"calibration_ns": 2**63}, "calibration_ns"),
        ({"legs": [LEG | {"cpu_ns": 10**400}]}, "`$.legs[0].cpu_ns`"),
        ({"records": {"early": 10**400}}, "records"),
        ({"records": {"lateness_ns": [-(10**400)]}}, "records"),
        ({"records": {"lateness_max_ns": 1e300}}, "records"),
    ],
)
def test_a_number_that_no_column_holds_is_refused_with_its_line(
    path: Path, changes: dict[str, Any], name: str
) -> None:
    records = story(example("sample"))
    path.write_bytes(content_of([*records, example("sample", **changes)]))
    with pytest.raises(RunFileError, match=f"sample: .*{re.escape(name)}") as caught:
        read_measured(path)
    assert caught.value.line == 1 + len(records)
    assert_read_alike(path, path.read_bytes())


@pytest.mark.parametrize("written", [b"9223372036854775808.0", b"-9223372036854775808.0"])
def test_the_first_float_beyond_64_bits_is_refused_as_the_strict_way_does(path: Path, written: bytes) -> None:
    content = content_of(story(example("sample", records={"lateness_p50_ns": 0.5})))
    path.write_bytes(content.replace(b":0.5", b":" + written))
    with pytest.raises(RunFileError, match=r"sample: Expected `float`"):
        read_measured(path)
    assert_read_alike(path, path.read_bytes())


def late(*lists: list[float], counted: bool = True, **changes: Any) -> list[Plain]:
    records = [example("sample", records={"lateness_ns": values}, **changes) for values in lists]
    return [*records, example("block")] if counted else records


def distribution(*records: Plain) -> dict[float, float]:
    """Return the share of tasks that were that late or less, for each lateness."""
    (found,) = measured_of(run_of(*records)).lateness.values()
    return dict(zip(found.values_ns.tolist(), found.share.tolist(), strict=True))


def test_the_distribution_of_lateness_is_that_of_all_tasks_of_the_samples_that_count() -> None:
    shares = {-20: 1 / 8, 0: 3 / 8, 7: 6 / 8, 90: 7 / 8, 150: 1}
    assert distribution(*late([-20, 0, 7, 7], [0, 7, 90, 150])) == pytest.approx(shares)


def test_every_sample_weighs_the_same_in_the_distribution() -> None:
    shares = {1: 4 / 8, 2: 5 / 8, 3: 6 / 8, 4: 7 / 8, 5: 1}
    assert distribution(*late([1], [2, 3, 4, 5])) == pytest.approx(shares)


def test_lateness_of_samples_that_do_not_count_is_left_out() -> None:
    strays = late([99], counted=False)
    records = (*strays, example("resume"), *late([1, 2]), *strays, *late([98], counted=False, block=7))
    assert distribution(*records) == pytest.approx({1: 0.5, 2: 1})
    assert measured_of(run_of(*strays)).lateness == {}


@given_example(values=[0.0, -0.0, 9e18, -9e18, 198, 199, 200, 201])
@given(values=st.lists(st.integers(-(10**13), 10**13) | st.integers(-250, 250), min_size=1, max_size=101))
def test_a_lateness_is_exact_where_small_and_told_within_a_quarter_of_a_per_cent(values: list[float]) -> None:
    shares = distribution(*late(values))
    assert list(shares) == sorted(shares)
    assert list(shares.values())[-1] == 1
    for value in values:
        as_late = sum(other <= value for other in values) / len(values)
        told = next(late_ns for late_ns, share in shares.items() if share > as_late - 1e-9)
        held = min(max(value, -(2.0**63)), 2.0**63)
        assert told == pytest.approx(held, rel=0.0026) if abs(value) >= 200 else told == value


@pytest.fixture
def longest(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a line have 2 KB at most."""
    for module in (measured, reader):
        monkeypatch.setattr(module, "LONGEST", 2048)
    return 2048


@pytest.mark.parametrize("read", [read_run, read_measured])
@pytest.mark.parametrize("end", [b"", b"\n"])
@pytest.mark.parametrize("before", [b"", line_of(HEADER)])
def test_a_line_without_an_end_is_refused_before_it_is_held(
    tmp_path: Path, longest: int, read: Any, end: bytes, before: bytes
) -> None:
    path = tmp_path / "run.jsonl.gz"
    path.write_bytes(gzip.compress(before + b" " * (1 << 24) + end, 1))
    tracemalloc.start()
    try:
        with pytest.raises(RunFileError, match=rf":{1 + bool(before)}: a line of more than \d+ MiB, and no"):
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 23
    finally:
        tracemalloc.stop()


def test_a_line_may_be_as_long_as_the_longest(path: Path, longest: int) -> None:
    end = line_of(example("end"))
    content = content_of([HEADER, example("process")]) + end[:-1] + b" " * (longest - len(end)) + b"\n"
    assert_read_alike(path, content)
    assert read_measured(path).records[-1] == typed(example("end"))


def test_samples_that_wait_are_no_more_bytes_than_the_longest_line(
    path: Path, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = story(*(example("sample", round=number) for number in range(40)))
    assert max(map(len, map(line_of, records[1:]))) < longest
    portions: list[int] = []

    def noted(lines: Sequence[bytes], cells: Any) -> Any:
        portions.append(sum(map(len, lines)))
        return samples_in(lines, cells)

    monkeypatch.setattr(measured, "samples_in", noted)
    assert_read_alike(path, content_of(records))
    assert len(portions) > 1
    assert max(portions) < 2 * longest
