"""From figures of rounds to verdicts, a table, and JSON."""
from statistics import median
from typing import NamedTuple

ROUNDS = 5  # the fewest that give a verdict
NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6}
HEADER = ("what", "servers", "Polyring", "held against", "ratio", "goal", "verdict")


class Result(NamedTuple):
    row: object
    subject: list  # figures by round, in the row's unit
    anchor: list  # the same of what it is held against, or empty
    absent: str = ""  # why there are no figures

    @property
    def ratios(self):
        """By round, and in the direction of the goal: above 1 is faster, or is more."""
        more = self.row.at_most is not None
        return [s / a if more else a / s for s, a in zip(self.subject, self.anchor)]

    @property
    def ratio(self):
        """That of the medians."""
        if not self.anchor:
            return None
        subject, anchor = median(self.subject), median(self.anchor)
        return subject / anchor if self.row.at_most is not None else anchor / subject

    @property
    def verdict(self):
        """met, within the spread, missed, or why there is none."""
        row = self.row
        if self.absent:
            return f"not measured: {self.absent}"
        if row.at_least is None and row.at_most is None:
            return "-"
        if len(self.subject) < ROUNDS:
            return "too few rounds"
        value, each = ((self.ratio, self.ratios) if self.anchor else
                       (median(self.subject), self.subject))
        met = ((lambda x: x >= row.at_least) if row.at_least is not None else
               (lambda x: x <= row.at_most))
        if met(value):
            return "met"
        return "within the spread" if any(map(met, each)) else "MISSED"


def result_of(row, figures):
    """A row's result of all rounds: figures maps a measure to its list, or to why there is none."""
    subject = figures[row.subject]
    anchor = figures[row.anchor] if row.anchor else []
    for measure, list_or_reason in ((row.subject, subject), (row.anchor, anchor)):
        if isinstance(list_or_reason, str):
            return Result(row, [], [], f"{measure.contestant}: {list_or_reason}")
    scale = NANOSECONDS.get(row.unit, 1)
    return Result(row, [x / scale for x in subject], [x / scale for x in anchor])


def number(x):
    digits = 0 if x >= 100 else 1 if x >= 10 else 2 if x >= 1 else 3
    return f"{x:,.{digits}f}"


def spread(values, unit=""):
    low, high = number(min(values)), number(max(values))
    band = "" if low == high else f" [{low} - {high}]"
    return f"{number(median(values))}{band}{unit and ' ' + unit}"


def ratio_cell(result):
    if not result.anchor:
        return ""
    low, high = min(result.ratios), max(result.ratios)
    return f"{number(result.ratio)} x [{number(low)} - {number(high)}]"


def goal_cell(row):
    if row.at_least is not None:
        return f">= {row.at_least:g} x"
    if row.at_most is not None:
        return f"<= {row.at_most:,g} {'x' if row.anchor else row.unit}"
    return "none"


def cells(result):
    row = result.row
    anchor = ""
    if row.anchor:
        anchor = "itself" if row.anchor.contestant == row.subject.contestant else \
            row.anchor.contestant
        if result.anchor:
            anchor += " " + spread(result.anchor, row.unit)
    return (f"{row.group}: {row.what}", f"{row.servers:,}",
            spread(result.subject, row.unit) if result.subject else "", anchor,
            ratio_cell(result), goal_cell(row), result.verdict)


def aligned(lines):
    """Markdown that is a table on a terminal too."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    lines = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths))
                     + " |" for line in lines)


def table(results):
    return aligned([HEADER, *map(cells, results)])


def counted_table(counts):
    return aligned([("counted", "figure", "at most", "verdict"),
                    *((name, f"{figure:,g}", f"{bar:g}", "met" if figure <= bar else "MISSED")
                      for name, figure, bar in counts)])


def shortfall(results, counts):
    """What was not reached, as a list; "" if all was."""
    missed = [f"- {result.row.name}: "
              f"{ratio_cell(result) or spread(result.subject, result.row.unit)} "
              f"instead of {goal_cell(result.row)}"
              for result in results if result.verdict == "MISSED"]
    missed += [f"- {name}: {figure:,g} instead of <= {bar:g}"
               for name, figure, bar in counts if figure > bar]
    missed += [f"- {result.row.name}: {result.verdict}" for result in results if result.absent]
    return "\n".join(["Not reached:", "", *missed]) if missed else ""


def as_object(result):
    row = result.row

    def figures(measure, values):
        return {"contestant": measure.contestant, "case": measure.case,
                **({"pin": measure.pin} if measure.pin else {}),
                **({"median": median(values), "min": min(values), "max": max(values),
                    "rounds": values} if values else {})}
    made = {"name": row.name, "unit": row.unit, "subject": figures(row.subject, result.subject)}
    if row.anchor:
        made["anchor"] = figures(row.anchor, result.anchor)
    if result.anchor:
        made["ratio"] = {"of_medians": result.ratio, "min": min(result.ratios),
                         "max": max(result.ratios)}
    goal = {"at_least": row.at_least, "at_most": row.at_most}
    made["goal"] = {key: value for key, value in goal.items() if value is not None} or None
    made["verdict"] = result.verdict
    made["met"] = {"met": True, "within the spread": True, "MISSED": False}.get(result.verdict)
    return made
