"""The loop within the loop: each ``run()`` asks every child that is pending, once."""


class Join(Task):
    def __init__(self, factories: Iterable[Any]) -> None:
        self.children = [factory() for factory in factories]
        self.pending = self.children

    def run(self) -> None:
        for child in self.pending:
            child.run()
        self.pending = [child for child in self.pending if not child.ready]
        self.ready, self.result = not self.pending, [child.result for child in self.children]
