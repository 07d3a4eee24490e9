"""The rule: when it looks, which cells it calls open, and that a run file is judged again as it was."""

from concbench.analysis.stopping import StoppingRule, judge_again
from concbench.metrics import margins
from concbench.results.header import Header
from concbench.results.pairs import Pairs
from concbench.results.records import LookRecord
from concbench.results.values import Record
from concbench.stats.looks import LOOKS
from tests.report.paired import cell_id, comparison_with, header_of, measured, pair_of, ratios, weighed_of
from tests.results.examples import Plain, made_header, plain, typed

SAME, SLOW = cell_id(1), cell_id(2)
FIRST = LOOKS.pairs[0]


def header_read(header: Plain) -> Header:
    return made_header(**header)


def live(
    true: dict[str, float], most: int, spread: float = 0.005
) -> tuple[StoppingRule, list[Record], Plain]:
    """Play a comparison as the driver does: pairs of open cells, round after round."""
    header = header_of([(name, {}) for name in true])
    records: list[Record] = []
    rule = StoppingRule(Pairs(header_read(header)), margins(), records.append)
    drawn = {name: ratios(ratio, most, spread, seed) for seed, (name, ratio) in enumerate(true.items())}
    for number in range(most):
        open_cells = rule.open_cells()
        if not open_cells:
            break
        for one in header["paired"]:
            if one["id"] in open_cells:
                record = typed(pair_of(one, number, drawn[one["id"]][number]))
                records.append(record)
                rule.take(record)
    rule.open_cells()
    rule.look_at_the_rest()
    return rule, records, header


def verdicts(rule: StoppingRule) -> dict[str, str]:
    return {key[0]: judged.verdict for key, judged in rule.judged.items() if key[1] == "wall"}


def test_all_cells_are_open_until_the_first_look() -> None:
    header = header_of([(SAME, {})])
    rule = StoppingRule(Pairs(header_read(header)), margins())
    for number in range(FIRST - 1):
        assert rule.open_cells() == {SAME}
        rule.take(typed(pair_of(header["paired"][0], number, 1.0)))
    assert rule.judged == {}


def test_it_looks_at_planned_numbers_of_pairs_and_stops_with_the_last_open_cell() -> None:
    rule, records, _ = live({SAME: 1.0, SLOW: 1.2}, most=300)
    looks = [record.pairs for record in records if isinstance(record, LookRecord)]
    assert looks == list(LOOKS.pairs[: len(looks)])
    assert verdicts(rule) == {SAME: "same", SLOW: "slower"}
    pairs = {key[0]: judged.pairs for key, judged in rule.judged.items()}
    assert pairs[SLOW] == FIRST
    assert records[-1] == LookRecord(pairs=looks[-1], open=[])


def test_where_the_budget_ends_it_looks_a_last_time() -> None:
    rule, records, _ = live({SAME: 1.0}, most=FIRST + 5, spread=0.2)
    assert [record.pairs for record in records if isinstance(record, LookRecord)] == [FIRST, FIRST + 5]
    assert rule.judged[SAME, "wall"].pairs == FIRST + 5


def test_a_few_pairs_more_are_not_worth_another_look() -> None:
    _, records, _ = live({SAME: 1.0}, most=FIRST + 1, spread=0.2)
    assert [record.pairs for record in records if isinstance(record, LookRecord)] == [FIRST]


def test_a_run_file_is_judged_again_exactly_as_it_was() -> None:
    rule, records, header = live({SAME: 1.0, SLOW: 1.03}, most=100, spread=0.02)
    again = judge_again(header_read(header), measured(header, list(map(plain, records))).records, margins())
    assert again.judged == rule.judged


def test_another_margin_gives_another_verdict_from_the_same_pairs() -> None:
    header, records = comparison_with({SLOW: 1.05})
    assert verdicts(judge_again(header_read(header), map(typed, records), margins())) == {SLOW: "slower"}
    assert verdicts(judge_again(header_read(header), map(typed, records), margins(ratio=0.1))) == {
        SLOW: "same"
    }


def test_memory_that_never_varies_is_the_same_or_is_not() -> None:
    header = header_of([(SAME, {"purpose": "memory"}), (SLOW, {"purpose": "memory"})])
    records = [
        weighed_of(one, number, extra)
        for number in range(FIRST)
        for one, extra in zip(header["paired"], (0, 100), strict=True)
    ]
    look = {"type": "look", "pairs": FIRST, "open": []}
    judged = judge_again(header_read(header), map(typed, [*records, look]), margins()).judged
    assert judged[SAME, "memory"].verdict == "same"
    assert judged[SLOW, "memory"].verdict == "slower"


def test_a_metric_that_no_pair_tells_keeps_no_cell_open() -> None:
    header = header_of([(SAME, {"floor_ns": 1}), (SLOW, {})])
    quiet = [pair_of(one, number, 1.0) for number in range(FIRST) for one in header["paired"]]
    rule = StoppingRule(Pairs(header_read(header)), margins(above=1e9))
    for record in quiet:
        rule.take(typed(record))
    assert rule.pairs.series[SAME, "lateness"].values == []
    assert rule.open_cells() == set()


def in_turn(turns: list[tuple[set[str], int]]) -> tuple[StoppingRule, list[Record], Plain]:
    """Play a comparison in which these cells have so many pairs, then those, whatever is open."""
    header = header_of([(SAME, {}), (SLOW, {})])
    records: list[Record] = []
    rule = StoppingRule(Pairs(header_read(header)), margins(), records.append)
    number = 0
    for cells, pairs in turns:
        for _ in range(pairs):
            rule.open_cells()
            for one in header["paired"]:
                if one["id"] in cells:
                    record = typed(pair_of(one, number, 1.2 if one["id"] == SLOW else 1.0))
                    records.append(record)
                    rule.take(record)
            number += 1
    return rule, records, header


def test_a_cell_that_waits_is_open_and_is_looked_at_for_itself_once_it_has_had_its_turn() -> None:
    rule, records, header = in_turn([({SAME}, FIRST)])
    assert rule.open_cells() == {SLOW}
    assert records[-1] == LookRecord(pairs=FIRST, open=[SLOW])
    rule, records, header = in_turn([({SAME}, FIRST), ({SLOW}, FIRST)])
    assert rule.open_cells() == set()
    assert records[-1] == LookRecord(pairs=FIRST, open=[])
    assert verdicts(rule) == {SAME: "same", SLOW: "slower"}
    again = judge_again(header_read(header), measured(header, list(map(plain, records))).records, margins())
    assert again.judged == rule.judged


def test_a_look_at_others_spends_nothing_of_a_cell_that_rests() -> None:
    rule, _records, _header = in_turn([({SAME, SLOW}, FIRST), ({SAME}, LOOKS.pairs[1] - FIRST)])
    before = dict(rule.judged)
    rule.open_cells()
    assert rule.judged[SAME, "wall"].pairs == LOOKS.pairs[1]
    assert rule.judged[SLOW, "wall"] == before[SLOW, "wall"]
    assert rule.judged[SLOW, "wall"].pairs == FIRST


def test_a_cell_that_failed_before_its_turn_is_not_waited_for() -> None:
    rule, _records, header = in_turn([({SAME}, FIRST)])
    cell = header["paired"][1]["cells"][0]
    told = {"generation": None, "outcome": "crashed", "reason": "gone", "at": None, "last_words": ""}
    rule.take(typed({"type": "outcome", "cell": cell, "process": None, **told}))
    assert rule.open_cells() == set()


def test_a_cell_that_lacks_a_pair_of_the_first_look_is_looked_at_when_it_has_it() -> None:
    rule, records, _header = in_turn([({SAME, SLOW}, FIRST - 1), ({SAME}, 1), ({SLOW}, 1)])
    assert rule.open_cells() == set()
    assert [one.pairs for one in records if isinstance(one, LookRecord)] == [FIRST, FIRST]
    assert rule.judged[SLOW, "wall"].pairs == FIRST
