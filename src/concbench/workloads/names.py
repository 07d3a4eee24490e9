"""Names that may stand in a table, on a command line and in a cell's id, and names that look like others."""

import unicodedata
from functools import lru_cache

from concbench.words import shown

MOST_LETTERS = 60
NOT_IN_NAMES = ",/@[]="
"""What separates the parts of a cell's id, of a contender's, and of a list of names."""

_LOOKS_LIKE = str.maketrans(
    {
        **dict(zip("аеорсухіјѕһԁԛԝкмтвнгӏєѵ", "aeopcyxijshdqwkmtbhrlev", strict=True)),
        **dict(zip("АЕОРСУХІЈЅНКМТВ", "AEOPCYXIJSHKMTB", strict=True)),
        **dict(zip("αβγειικνορτυχωℓı", "abyeiikvoptuxwli", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
        **dict.fromkeys("_‐‑‒–—−", "-"),
        **dict.fromkeys("1I|", "l"),
        "0": "o",
    }
)
"""Letters and digits that look like Latin ones in most fonts: Cyrillic, Greek, and a few more."""


@lru_cache(4096)
def skeleton(name: str) -> str:
    """Return what a reader sees of a name: names with the same skeleton are easily taken for each other.

    Compatibility forms, accents, and the case of letters are no difference; nor are letters of other scripts
    that are drawn alike.
    """
    marked = unicodedata.normalize("NFKD", name)
    bare = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return bare.translate(_LOOKS_LIKE).casefold().translate(_LOOKS_LIKE)


FAMILY = "family:"
"""What stands before the name of a family where models are chosen."""


def wrong_choice(name: str) -> str | None:
    """Return what keeps a name from being one by which a model can be chosen, or None."""
    return f"{name!r} asks for a family of models where they are chosen" if name.startswith(FAMILY) else None


def wrong_name(name: object) -> str | None:
    """Return what is wrong with a name, or None."""
    if type(name) is not str:
        return f"must be text, not {shown(name)}"
    if not name:
        return "is empty"
    if len(name) > MOST_LETTERS:
        return f"has {len(name)} characters; {MOST_LETTERS} are the most"
    if not name.isprintable() or any(letter.isspace() for letter in name):
        return f"{name!a} has white space or characters that cannot be printed"
    found = sorted({letter for letter in name if letter in NOT_IN_NAMES})
    if found:
        return f"{name!r} has {' '.join(found)}, which separates names elsewhere"
    return f"{name!r} begins like an option" if name.startswith("-") else None
