"""The picture of a trace: a lane for each task, a bar for each step, as an SVG that is the same at each time.

It is drawn by hand, since it lies in docs/ and has to change with the lesson alone. Standard library only.
"""

from html import escape

from concbench.lessons.stage import TICK_MS, StageLane, StageTrace

MS, LANE, BAR, LEFT, RIGHT, FOOT = 12, 24, 14, 96, 76, 22
"""Sizes in px: a ms, a lane, a bar in it, room for names, for how many steps there were, for the time."""

PICTURE_MARK = "<!-- concbench lesson -->"
"""How a picture of ours is known again."""

STYLE = (
    "text{font:12px sans-serif;fill:#444}.bar{fill:#2a78d6}.there{stroke:#999}.tick{stroke:#ddd}"
    "@media(prefers-color-scheme:dark){text{fill:#ccc}.bar{fill:#6aa8f0}.there{stroke:#777}.tick{stroke:#444}}"
)


def svg_of(trace: StageTrace, title: str) -> str:
    """Return a trace as the text of an SVG file; ``title`` is what a screen reader says."""
    high = LANE * len(trace.lanes)
    wide = LEFT + MS * trace.span + RIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high + FOOT}" width="{wide}"'
        f' height="{high + FOOT}" role="img">',
        PICTURE_MARK,
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        *_ticks(trace.span, high),
        *(part for row, lane in enumerate(trace.lanes) for part in _lane(lane, LANE * row, trace.span)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _ticks(span: int, high: int) -> list[str]:
    return [
        f'<line class="tick" x1="{LEFT + MS * ms}" x2="{LEFT + MS * ms}" y1="0" y2="{high}"/>'
        f'<text x="{LEFT + MS * ms}" y="{high + 16}" text-anchor="middle">{ms} ms</text>'
        for ms in range(0, span + 1, TICK_MS)
    ]


def _lane(lane: StageLane, top: int, span: int) -> list[str]:
    """Return the name of a task, the line that says it was there, its bars, and how many there are."""
    first, last = lane.steps[0], lane.steps[-1] + 1
    middle, steps = top + LANE // 2, len(lane.steps)
    bars = "".join(
        f'<rect class="bar" x="{LEFT + MS * ms + 1}" y="{middle - BAR // 2}" width="{MS - 2}"'
        f' height="{BAR}"/>'
        for ms in lane.steps
    )
    return [
        f'<text x="0" y="{middle + 4}">{escape(lane.name)}</text>'
        f'<line class="there" x1="{LEFT + MS * first}" x2="{LEFT + MS * last}" y1="{middle}" y2="{middle}"/>'
        f"{bars}"
        f'<text x="{LEFT + MS * span + 8}" y="{middle + 4}">{steps} step{"s" if steps > 1 else ""}</text>'
    ]
