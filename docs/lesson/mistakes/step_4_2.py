"""Appends, and does not sort: the first in the list is not the earliest."""


class Loop(Loop):
    def wake_at(self, task, due):
        self.timers.append((due, next(self.order), task))

    def wait(self):
        if self.timers and not self.ready:
            time.sleep(max(0.0, self.timers[0][0] - time.perf_counter()))
        while self.timers and self.timers[0][0] <= time.perf_counter():
            self.ready.append(self.timers.pop(0)[2])
