"""asv: ``timers``, n tasks that sleep until deadlines of their own."""

from time import perf_counter, process_time

from benchmarks import bases, cells


class Time(bases.Timed):
    """The delay rules the wall time, so that is given for a run as a whole; CPU is what a task costs."""

    workload = "timers"
    version = cells.version("timers")
    param_names = ("model", "tasks", "delay")
    params = (cells.MODELS, (10, 100, 1000), (0.02,))

    @bases.timed(perf_counter, "run", "timers: wall time per run")
    def time_wall_per_run(self, *_cell: object) -> None:
        """By the wall clock, the delay included."""
        self.region()

    @bases.timed(process_time, "task", "timers: CPU time per task")
    def time_cpu_per_task(self, *_cell: object) -> None:
        """By the processor's clock."""
        self.region()


class Lateness(bases.Late):
    """How late tasks go on after their deadlines; negative where they are early."""

    workload = "timers"
    version = cells.version("timers")
    param_names = ("model", "tasks", "delay")
    params = (cells.MODELS, (10, 100, 1000), (0.02,))

    @bases.titled("timers: lateness of a typical task (p50)")
    def track_p50(self, *_cell: object) -> float:
        """Return s."""
        return self.late().p50

    @bases.titled("timers: lateness of an unlucky task (p99)")
    def track_p99(self, *_cell: object) -> float:
        """Return s."""
        return self.late().p99


class Memory(bases.Weighed):
    """What a thousand sleeping tasks take."""

    workload = "timers"
    version = cells.version("timers")
    param_names = ("model", "tasks", "delay")
    params = (cells.MODELS, (1000,), (0.02,))

    @bases.titled("timers: rise of the peak of resident memory")
    def track_peak(self, *_cell: object) -> float:
        """Return bytes."""
        return self.weight().peak


class Scaling(bases.Scaling):
    """Of the CPU time, as the delay rules the wall time. A busy loop has about 0: it burns a core anyway."""

    workload = "timers"
    version = cells.version("timers")
    param_names = ("model", "delay")
    params = (cells.MODELS, (0.02,))
    metric = "cpu"
    sizes = (100, 300, 1000)

    @bases.titled("timers: exponent of the CPU time of a run in tasks")
    def track_cpu_exponent(self, *_cell: object) -> float:
        """Return the exponent, from 100 to 1000 tasks."""
        return self.exponent()
