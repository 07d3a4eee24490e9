"""asv: ``spawn``, n tasks that finish at once."""

from time import perf_counter, process_time

from benchmarks import bases, cells


class Time(bases.Timed):
    """The price of making, running and collecting a task that does nothing."""

    workload = "spawn"
    version = cells.version("spawn")
    param_names = ("model", "tasks")
    params = (cells.MODELS, (10, 100, 1000))

    @bases.timed(perf_counter, "task", "spawn: wall time per task")
    def time_wall_per_task(self, *_cell: object) -> None:
        """By the wall clock."""
        self.region()

    @bases.timed(process_time, "task", "spawn: CPU time per task")
    def time_cpu_per_task(self, *_cell: object) -> None:
        """By the processor's clock."""
        self.region()


class Memory(bases.Weighed):
    """What a thousand tasks take at once, where they are alive at once."""

    workload = "spawn"
    version = cells.version("spawn")
    param_names = ("model", "tasks")
    params = (cells.MODELS, (1000,))

    @bases.titled("spawn: rise of the peak of resident memory")
    def track_peak(self, *_cell: object) -> float:
        """Return bytes."""
        return self.weight().peak


class Scaling(bases.Scaling):
    """1 says that a task costs the same among many."""

    workload = "spawn"
    version = cells.version("spawn")
    param_names = ("model",)
    params = (cells.MODELS,)
    sizes = (100, 300, 1000)

    @bases.titled("spawn: exponent of the wall time of a run in tasks")
    def track_wall_exponent(self, *_cell: object) -> float:
        """Return the exponent, from 100 to 1000 tasks."""
        return self.exponent()
