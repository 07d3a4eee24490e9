"""Types of parameters on the command line: amounts such as ``3m``, ``1%``, ``100us``, ``32B``."""

import re
from typing import Any, ClassVar

import click

from concbench.validators import above_zero
from concbench.words import shown

NUMBER = re.compile(r"\s*([0-9]*\.?[0-9]+(?:e-?[0-9]+)?)\s*([a-zA-Zµ%]*)\s*")


class Amount(click.ParamType[float]):
    """A number, above zero and within 64 bits, and one of ``units`` (name → factor).

    A bare number has the unit of factor 1.
    """

    units: ClassVar[dict[str, float]]

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return an amount in the unit that the type is in."""
        if isinstance(value, float | int):
            return float(value)
        match = NUMBER.fullmatch(str(value))
        if match is None or match[2] not in {"", *self.units}:
            known = ", ".join(unit for unit in self.units if unit)
            self.fail(
                f"{shown(value)} is no amount such as {self.example}: a number and one of {known}", param, ctx
            )
        amount = float(match[1]) * self.units.get(match[2], 1.0)
        if (complaint := above_zero(amount)) is not None:
            self.fail(f"{shown(value)}{complaint}", param, ctx)
        return amount

    example: ClassVar[str]


class Seconds(Amount):
    """A time in s: ``90``, ``90s``, ``3m``, ``1h``."""

    name = "duration"
    example = "3m"
    units: ClassVar[dict[str, float]] = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


class Duration(Amount):
    """A time in s, which says its unit: ``30ms``, ``200us``, ``1.5s``."""

    name = "duration"
    example = "30ms"
    units: ClassVar[dict[str, float]] = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the time in s, without the last digit that a product of floats may have: it is spelled.

        A number without a unit is refused, since nobody knows what it is meant in; 0 is 0 in any.
        """
        match = NUMBER.fullmatch(str(value)) if isinstance(value, str) else None
        if match is not None and match[2] in {"", *self.units}:
            if not float(match[1]):
                return 0.0
            if not match[2]:
                self.fail(
                    f"{shown(value)} has no unit: say {value.strip()}ms, {value.strip()}s …", param, ctx
                )
        return float(f"{super().convert(value, param, ctx):.12g}")


class Nanoseconds(Amount):
    """A time in ns: ``100us``, ``1ms``."""

    name = "duration"
    example = "100us"
    units: ClassVar[dict[str, float]] = {"ns": 1.0, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9}


class Bytes(Amount):
    """A size in bytes: ``32``, ``32B``, ``1KiB``."""

    name = "size"
    example = "32B"
    units: ClassVar[dict[str, float]] = {"B": 1.0, "KiB": 1024.0, "MiB": 1024.0**2}


class Share(Amount):
    """A fraction: ``1%`` or ``0.01``; below 1, so that a forgotten per-cent sign is not a hundredfold."""

    name = "share"
    example = "1%"
    units: ClassVar[dict[str, float]] = {"%": 0.01}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the fraction."""
        share = super().convert(value, param, ctx)
        if share >= 1:
            self.fail(f"{value!r} is no margin: give per cent (1%) or a fraction below 1 (0.01)", param, ctx)
        return share


class SoMany(Amount):
    """How many of all: ``99%`` or ``0.99``; below all, which no number of trials shows."""

    name = "share"
    example = "99%"
    units: ClassVar[dict[str, float]] = {"%": 0.01}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the fraction."""
        share = super().convert(value, param, ctx)
        if share >= 1:
            self.fail(
                f"{shown(value)} is all or more, which no number of rounds shows: give per cent (99%) or a"
                " fraction below 1 (0.99)",
                param,
                ctx,
            )
        return share
