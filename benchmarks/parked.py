"""asv: ``parked``, n tasks that wait at one gate until a keeper opens it."""

from time import perf_counter, process_time

from benchmarks import bases, cells


class Time(bases.Timed):
    """The price of making, parking, waking and collecting a task; the keeper counts as one."""

    workload = "parked"
    version = cells.version("parked")
    param_names = ("model", "tasks")
    params = (cells.MODELS, (10, 100, 1000))

    @bases.timed(perf_counter, "task", "parked: wall time per task")
    def time_wall_per_task(self, *_cell: object) -> None:
        """By the wall clock."""
        self.region()

    @bases.timed(process_time, "task", "parked: CPU time per task")
    def time_cpu_per_task(self, *_cell: object) -> None:
        """By the processor's clock."""
        self.region()


class Memory(bases.Weighed):
    """What a thousand idle tasks take."""

    workload = "parked"
    version = cells.version("parked")
    param_names = ("model", "tasks")
    params = (cells.MODELS, (1000,))

    @bases.titled("parked: resident memory per task")
    def track_per_task(self, *_cell: object) -> float | None:
        """Return bytes; None, which asv shows as failed, where a system tells only the peak."""
        return self.weight().per_task

    @bases.titled("parked: rise of the peak of resident memory")
    def track_peak(self, *_cell: object) -> float:
        """Return bytes."""
        return self.weight().peak


class Scaling(bases.Scaling):
    """1 says that an idle task costs the same among many."""

    workload = "parked"
    version = cells.version("parked")
    param_names = ("model",)
    params = (cells.MODELS,)
    sizes = (100, 300, 1000)

    @bases.titled("parked: exponent of the wall time of a run in tasks")
    def track_wall_exponent(self, *_cell: object) -> float:
        """Return the exponent, from 100 to 1000 tasks."""
        return self.exponent()
