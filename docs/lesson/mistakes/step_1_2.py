"""Asks each child to its end before it goes on with the next."""


class Join(Task):
    def __init__(self, factories):
        self.children = [factory() for factory in factories]

    def run(self):
        for child in self.children:
            while not child.ready:
                child.run()
        self.result = [child.result for child in self.children]
        self.ready = True
