"""Functions by their addresses: those of this very process, and made-up maps of memory."""

import ctypes
import os
import sys
from pathlib import Path

import pytest

from concbench.drive.observing.elf import Binary, Extent, binary_of, whole_name
from concbench.drive.observing.mapped import NOWHERE, CodeMap

MAPS = """\
00400000-00401000 r--p 00000000 fd:00 12                         /usr/bin/program
00401000-00403000 r-xp 00001000 fd:00 12                         /usr/bin/program
7f0000000000-7f0000001000 rwxp 00000000 00:00 0
7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                  [vdso]
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc and ELF")
@pytest.mark.parametrize("name", ["PyObject_Repr", "PyList_New"])
def test_a_function_of_the_interpreter_is_found_where_it_begins_and_within(name: str) -> None:
    address = ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value
    assert address is not None
    here = CodeMap.of(os.getpid())
    assert {here.at(address).function, here.at(address + 4).function} == {name}
    assert "python" in Path(here.at(address).file).name


def test_only_code_is_kept_and_what_is_in_no_file_is_told_so() -> None:
    code = CodeMap.read(MAPS)
    assert [region.start for region in code.regions] == [0x401000, 0x7F0000000000, 0x7FFD00000000]
    assert code.at(0x400010) == code.at(0x403000) == code.at(1) == NOWHERE
    assert code.at(0x401010).file == "/usr/bin/program"
    assert code.at(0x7F0000000010) == ("[no file]", "")
    assert code.at(0x7FFD00000010).file == "[vdso]"


def test_an_address_between_two_functions_has_no_name() -> None:
    binary = Binary(
        ((0x1000, 0x1000, 0x401000),), (Extent(0x401000, 0x401010, "a"), Extent(0x401020, 0x401030, "b"))
    )
    assert [binary.name_at(0x1000 + at) for at in (0, 15, 16, 32)] == ["a", "a", None, "b"]
    assert binary.name_at(0x10) is None


@pytest.mark.parametrize("data", [b"", b"#!/bin/sh\n", b"\x7fELF\x01\x01", b"\x7fELF\x02\x01" + bytes(200)])
def test_a_file_of_another_kind_has_no_functions(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert binary_of(str(path)).functions == ()
    assert binary_of(str(tmp_path / "none")).functions == ()


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("dict_dealloc", "dict_dealloc"),
        ("dict_dealloc.part.0", "dict_dealloc"),
        ("gen_send_ex2.constprop.0.cold", "gen_send_ex2"),
        ("task_step.lto_priv.0", "task_step"),
        ("memcpy@GLIBC_2.14", "memcpy"),
        ("0x0000000000012345", ""),
    ],
)
def test_parts_and_copies_count_for_the_function(name: str, whole: str) -> None:
    assert whole_name(name) == whole
