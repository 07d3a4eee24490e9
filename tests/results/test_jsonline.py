"""Lines and values: keys of lines that are read strictly are shared."""

import pytest

from concbench.results.jsonline import decode_line


@pytest.mark.parametrize("name", ["wall_ns", "x" * 40])
def test_lines_that_are_read_strictly_share_their_keys(name: str) -> None:
    one, other = (decode_line(f'{{ "{name}": {value}}}\n'.encode()) for value in (1, 2))
    assert one == {name: 1}
    assert next(iter(one)) is next(iter(other))
