"""Ready one call too early."""


class Countdown(Task):
    def __init__(self, times):
        self.left = self.result = times

    def run(self):
        self.left -= 1
        self.ready = self.left == 0
