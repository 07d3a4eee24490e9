"""asv: ``switch``, tasks that take turns."""

from time import perf_counter, process_time

from benchmarks import bases, cells


class Time(bases.Timed):
    """The price of one hand-over; to make and collect the tasks is in it, spread over a hundred of each."""

    workload = "switch"
    version = cells.version("switch")
    param_names = ("model", "tasks", "suspensions")
    params = (cells.MODELS, (10, 100), (100,))

    @bases.timed(perf_counter, "suspension", "switch: wall time per suspension")
    def time_wall_per_suspension(self, *_cell: object) -> None:
        """By the wall clock."""
        self.region()

    @bases.timed(process_time, "suspension", "switch: CPU time per suspension")
    def time_cpu_per_suspension(self, *_cell: object) -> None:
        """By the processor's clock."""
        self.region()


class Memory(bases.Weighed):
    """What a hundred tasks take that take turns."""

    workload = "switch"
    version = cells.version("switch")
    param_names = ("model", "tasks", "suspensions")
    params = (cells.MODELS, (100,), (100,))

    @bases.titled("switch: rise of the peak of resident memory")
    def track_peak(self, *_cell: object) -> float:
        """Return bytes."""
        return self.weight().peak


class Scaling(bases.Scaling):
    """1 says that a hand-over costs the same among many."""

    workload = "switch"
    version = cells.version("switch")
    param_names = ("model", "suspensions")
    params = (cells.MODELS, (100,))
    sizes = (10, 30, 100)

    @bases.titled("switch: exponent of the wall time of a run in tasks")
    def track_wall_exponent(self, *_cell: object) -> float:
        """Return the exponent, from 10 to 100 tasks."""
        return self.exponent()
