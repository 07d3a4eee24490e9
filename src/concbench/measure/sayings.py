"""What a model says of itself, ``version`` and ``unavailable``: what is wrong with it, if anything."""

from concbench.words import shown, wrong_text


def wrong_saying(field: str, value: object) -> str | None:
    """Return what is wrong with what a function of a model returned, or None."""
    if field == "unavailable" and value is None:
        return None
    if type(value) is not str:
        return f"must return text{' or None' if field == 'unavailable' else ''}, not {shown(value)}"
    if field == "unavailable" and not value.strip():
        return "must return the reason, or None where there is none, and not an empty text"
    wrong = wrong_text(value)
    return f"must return text that can be told, and what it returns {wrong}" if wrong else None
