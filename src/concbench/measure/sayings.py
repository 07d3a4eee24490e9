"""What a model says of itself and lends: what is wrong with it, if anything."""

from typing import Any, TypeVar

from concbench.words import shown, wrong_text

Lent = TypeVar("Lent")


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


def functions(lent: Lent) -> Lent:
    """Return what a session lends; raises TypeError, as a sentence, where a member of it is no function."""
    for name in ("run", "prepare", "processes"):
        member = getattr(lent, name)
        if not callable(member) and (member is not None or name == "run"):
            raise TypeError(f"{name} of the model's session must be a function, not {shown(member)}")
    return lent


def require_session(model: Any, session: Any) -> None:
    """Raise TypeError, as a sentence, for what a model's ``open`` lends and is no session."""
    lacking = [name for name in ("rt", "run") if not hasattr(session, name)]
    if lacking:
        raise TypeError(
            f"open of {model.name} must lend a session, which has rt and run; what it lends, "
            f"{shown(session)}, has no {' and no '.join(lacking)}"
        )
