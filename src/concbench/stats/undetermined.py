"""What stands in an answer's place where the data determine none."""


class NotDetermined(Exception):
    """The reason why the data determine no answer, and what to do about it."""

    @property
    def reason(self) -> str:
        """The reason, as a sentence without a full stop."""
        return str(self.args[0])
