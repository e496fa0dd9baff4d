"""The figures of calls that were made while servers failed, and tables of them."""

from typing import NamedTuple

from scenarios import LABELS

SETTLED = 1e6  # so long after the fault a client has made up its mind; microseconds, as all times here
HEALTHY = {"o", "m"}


class Made(NamedTuple):
    """A call."""
    start: int
    took: int
    said: str

    def end(self):
        return self.start + self.took


class Marks:
    """When the servers failed, and when they did not any more."""

    def __init__(self, timeout, shorter):
        self.timeout, self.shorter = timeout * 1000, shorter
        self.begin = self.fault = self.mended = self.used = None


def of_lines(lines):
    """The calls, and of what Polyring told (time, text)."""
    calls, events = [], []
    for line in lines:
        words = line.split(b" ", 3)
        if words[0] == b"event":
            events.append((int(words[1]), b"".join(words[3:]).decode()))
        else:
            calls.append(Made(int(words[0]), int(words[1]), words[2].decode()))
    return calls, events


def share(values, percent):
    values = sorted(values)
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else None


def ms(value):
    return None if value is None else round(value / 1000, 2)


def first(events, text, since):
    return next((moment for moment, said in events if text in said and moment >= since), None)


def within(calls, begin, end):
    return [call for call in calls if begin <= call.start < end]


def is_slow(call, timeout):
    """A call that is slow and good may be one of a busy machine."""
    return call.took >= timeout or call.said not in HEALTHY and call.took >= timeout / 2


def figures(calls, events, marks):
    """What there is to say of them."""
    fault = marks.fault
    mended = marks.mended or max((call.end() for call in calls), default=fault)
    down = first(events, "-> DOWN", fault)
    outage = [call for call in calls if call.start < mended and call.end() > fault]
    slow = [call for call in outage if is_slow(call, marks.timeout)]
    failed = [call for call in outage if call.said not in HEALTHY]
    found = {"down_ms": ms(down and down - fault), "slow_calls": len(slow), "failed_calls": len(failed),
             "fast_ms": ms(slow[-1].end() - fault) if slow else 0,
             "longest_ms": ms(max((call.took for call in outage), default=None)),
             "until_down_calls": sum(call.start < down for call in failed) if down else None}
    used = first(events, "-> UP", mended) if events else marks.used
    found["up_ms"] = ms(used and used - mended)
    return {**found, **beside(calls, marks, mended), **lateness(calls, marks.timeout)}


def beside(calls, marks, mended):
    """Calls while it is down, and while all was well."""
    settled, healthy = marks.fault + SETTLED * marks.shorter, marks.begin + SETTLED * marks.shorter / 2
    windows = (healthy, marks.fault - marks.timeout), (settled, mended)
    before, after = (within(calls, *window) for window in windows)
    if not before or not after:
        return {"p99_times": None, "rate_percent": 0 if before else None}
    p99 = [share([call.took for call in some], 99) for some in (before, after)]
    rate = [len(some) / (end - begin) for some, (begin, end) in zip((before, after), windows)]
    return {"p99_before_ms": ms(p99[0]), "p99_ms": ms(p99[1]), "p99_times": round(p99[1] / max(1, p99[0]), 2),
            "rate_before": round(rate[0] * 1e6), "rate": round(rate[1] * 1e6),
            "rate_percent": round(100 * rate[1] / rate[0], 1)}


def lateness(calls, timeout):
    late = [call.took - timeout for call in calls if call.took >= timeout]
    return {"late_calls": len(late), "late_p50_ms": ms(share(late, 50)), "late_p99_ms": ms(share(late, 99)),
            "latest_ms": ms(max(late, default=None))}


def text_of(value):
    if value is None:
        return "never"
    return str(value) if isinstance(value, int) else f"{value:.2g}" if value < 10 else f"{value:.0f}"


def middle(values):
    """The median; never is the longest."""
    return sorted(values, key=lambda value: (value is None, value or 0))[(len(values) - 1) // 2]


def is_told(play, figure):
    """Only Polyring says when a server is DOWN."""
    return play["client"].startswith("polyring") or figure not in ("down_ms", "until_down_calls")


def columns(plays):
    """Of each column of the table its plays: Polyring is one for each policy, in all languages."""
    found = {}
    for play in plays:
        language, _, policy = play["client"].partition("/")
        ours = language.startswith("polyring")
        name = f"Polyring, `{policy or 'miss'}`" if ours else f"{language} {play.get('version', '')}".strip()
        found.setdefault(name, []).append(play)
    return found


def cell(plays, figure):
    """One value, or from the smallest to the largest of the languages; of several plays of a client their median."""
    by_client = {}
    for play in plays:
        by_client.setdefault(play["client"], []).append(play["figures"].get(figure))
    values = sorted({middle(values) for values in by_client.values()}, key=lambda value: (value is None, value or 0))
    return " to ".join(dict.fromkeys(text_of(value) for value in (values[0], values[-1])))


def markdown(scenarios, plays):
    """A table: a line for each figure of each scenario. Polyring comes first."""
    good = [play for play in plays if "figures" in play]
    of = columns(sorted(good, key=lambda play: (not play["client"].startswith("polyring"), "/" in play["client"])))
    lines = [["event", "figure", "goal", *of], ["---"] * (len(of) + 3)]
    for scenario in scenarios:
        ordered = sorted(scenario.limits, key=lambda limit: limit.kind == "goal")  # which stand above what must be
        goals = {limit.figure: limit.told() for limit in ordered if limit.kind != "others"}
        event = scenario.title
        for figure in scenario.show:
            some = [[play for play in column if play["scenario"] == scenario.name and is_told(play, figure)]
                    for column in of.values()]
            if any(some):
                lines.append([event, LABELS[figure], goals.get(figure, ""),
                              *(cell(column, figure) if column else "" for column in some)])
                event = ""
    return "\n".join("|" + "".join(f" {word} |" if word else " |" for word in line) for line in lines)
