"""Which worker may have measured what: processes that a line introduced, until they end."""

from collections.abc import Mapping

from concbench.results.records import ProcessRecord


class Processes:
    """The processes of a file so far; ``owners`` has the contender of each cell.

    ``alive`` are those that may still measure something.
    """

    def __init__(self, owners: Mapping[str, str]) -> None:
        self.owners = owners
        self._known: dict[int, ProcessRecord] = {}
        self.alive: dict[int, ProcessRecord] = {}
        self._last = -1

    def number_complaint(self, number: int) -> str | None:
        """Return what is wrong with the number of a new process."""
        return None if number > self._last else f"process {number} follows {self._last}; numbers only grow"

    def start(self, record: ProcessRecord) -> None:
        """Note a process that a line introduces."""
        self._known[record.process] = self.alive[record.process] = record
        self._last = record.process

    def end(self, *numbers: int) -> None:
        """Note that processes have ended, or have done the one thing that they were for."""
        for number in numbers:
            self.alive.pop(number, None)

    def end_all(self) -> None:
        """Note that the run was interrupted: its processes ended with it."""
        self.alive.clear()

    def alive_complaint(self, number: int) -> str | None:
        """Return what is wrong if a process is to be there still."""
        if number not in self._known:
            return f"no line introduced process {number}"
        return None if number in self.alive else f"process {number} had ended, or was weighed, by then"

    def complaint(self, number: int, cell: str, purpose: str, generation: int) -> str | None:
        """Return what is wrong if a process is to have measured ``cell``."""
        if (complaint := self.alive_complaint(number)) is not None:
            return complaint
        found = self._known[number].purpose
        misused = None if found == purpose else f"the purpose of process {number} is {found}, not {purpose}"
        return self._foreign(number, cell, generation) or misused

    def outcome_complaint(self, number: int, cell: str, generation: int | None) -> str | None:
        """Return what is wrong if a process, that may have ended, is to have failed at ``cell``."""
        if number not in self._known:
            return f"no line introduced process {number}"
        return self._foreign(number, cell, generation)

    def _foreign(self, number: int, cell: str, generation: int | None) -> str | None:
        process, owner = self._known[number], self.owners[cell]
        if process.contender != owner:
            return f"process {number} is of contender {process.contender!r}, and cell {cell!r} of {owner!r}"
        if generation is not None and process.generation != generation:
            return f"process {number} is of generation {process.generation}, not {generation}"
        return None
