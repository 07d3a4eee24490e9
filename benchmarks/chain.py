"""asv: ``chain``, a suspension deep inside nested calls."""

from time import perf_counter, process_time

from benchmarks import bases, cells


class Time(bases.Timed):
    """The price of a resume at a depth; to build and leave the calls is in it, spread over fifty each."""

    workload = "chain"
    version = cells.version("chain")
    param_names = ("model", "depth", "tasks", "suspensions")
    params = (cells.MODELS, (1, 10, 100, 500), (10,), (50,))

    @bases.timed(perf_counter, "suspension", "chain: wall time per suspension")
    def time_wall_per_suspension(self, *_cell: object) -> None:
        """By the wall clock."""
        self.region()

    @bases.timed(process_time, "suspension", "chain: CPU time per suspension")
    def time_cpu_per_suspension(self, *_cell: object) -> None:
        """By the processor's clock."""
        self.region()


class Memory(bases.Weighed):
    """What ten stacks of a hundred calls take."""

    workload = "chain"
    version = cells.version("chain")
    param_names = ("model", "depth", "tasks", "suspensions")
    params = (cells.MODELS, (100,), (10,), (50,))

    @bases.titled("chain: rise of the peak of resident memory")
    def track_peak(self, *_cell: object) -> float:
        """Return bytes."""
        return self.weight().peak


class Scaling(bases.Scaling):
    """0 says that depth costs nothing, 1 that a resume pays for every call on its way."""

    workload = "chain"
    version = cells.version("chain")
    param_names = ("model", "tasks", "suspensions")
    params = (cells.MODELS, (10,), (50,))
    axis = "depth"
    sizes = (10, 50, 250)

    @bases.titled("chain: exponent of the wall time of a run in depth")
    def track_wall_exponent(self, *_cell: object) -> float:
        """Return the exponent, from 10 to 250 calls."""
        return self.exponent()
