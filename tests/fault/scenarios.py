"""Scenarios: the file that tells them, and what their figures must be."""

import operator
from typing import NamedTuple, Optional

from proxy import STRIKES

VERBS = "calls", "stop", "continue", "kill", "start", "end", "fault", "cut", "heal", "reads", "writes", "wait"
LIMITS = "always", "must", "goal", "others"
WORDS = {"<=": "at most", ">=": "at least"}
COMPARE = {"<=": operator.le, ">=": operator.ge}
LABELS = {
    "down_ms": "ms until DOWN", "fast_ms": "ms until no call is slow", "slow_calls": "slow calls",
    "longest_ms": "longest call, ms", "p99_times": "p99 afterwards : healthy",
    "rate_percent": "calls a second afterwards, % of healthy", "failed_calls": "failed calls",
    "until_down_calls": "failed calls until DOWN", "up_ms": "ms until it is used again",
    "late_p50_ms": "median lateness, ms", "late_p99_ms": "p99 of lateness, ms", "latest_ms": "latest call, ms",
    "taken_s": "s until its write is taken elsewhere", "split_s": "s until it reads that write, and the others do not",
    "other_process_s": "another process reads that write", "back_s": "s until it reads what others wrote",
    "two_writes_old_s": "s until it reads what is two writes old", "stale": "stale reads",
    "another_s": "s until it takes the reply to another key",
    "broken": "stale reads by a process that saw the failure"}


class Step(NamedTuple):
    at: Optional[float]  # seconds from the first call; None: when the one before is done
    who: Optional[str]  # the caller
    verb: str
    words: list
    within: Optional[list]  # seconds: of the other clients, and of Polyring
    figure: Optional[str]


class Limit(NamedTuple):
    kind: str
    figure: str
    compare: str  # or never
    value: Optional[float]

    def __str__(self):
        return f"{self.figure} {self.compare}" + ("" if self.value is None else f" {self.value:g}")

    def told(self):
        return self.compare if self.value is None else f"{WORDS[self.compare]} {self.value:g}"

    def holds(self, figures):
        value = figures.get(self.figure)
        if self.compare == "never":
            return value is None
        return value is not None and COMPARE[self.compare](value, self.value)


class Scenario:
    """One, as it was told."""

    def __init__(self, name, title):
        self.name, self.title = name, title
        self.servers, self.polyring, self.show, self.without = 1, [], [], []
        self.steps, self.limits = [], []

    def has(self, verb):
        return any(step.verb == verb for step in self.steps)

    def is_busy(self):
        """Calls without a pause have the machine for themselves."""
        return any(step.verb == "calls" and not step.words for step in self.steps)

    def callers(self):
        return sorted({step.who for step in self.steps if step.who})

    def seconds(self):
        return next((step.at for step in self.steps if step.verb == "end"), None)

    def broken(self, figures, kinds):
        return [str(limit) for limit in self.limits if limit.kind in kinds and not limit.holds(figures)]


class Script:
    """All that the file tells."""

    def __init__(self, path):
        self.timeout, self.clients, self.small, self.shorter, self.scenarios = 0, {}, [], 1.0, []
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                words = line.partition("#")[0].split()
                try:
                    if words:
                        self.take(*words)
                except (ValueError, IndexError) as error:
                    raise SystemExit(f"{path}:{number}: {line.strip()}: {error}") from None
        for scenario in self.scenarios:
            if scenario.has("calls") and not (scenario.has("end") and (scenario.has("stop") or scenario.has("kill"))):
                raise SystemExit(f"{path}: {scenario.name}: calls need a fault and an end")

    def take(self, verb, *words):
        if verb == "timeout":
            self.timeout = int(words[0])
        elif verb == "client":
            self.clients.setdefault(words[0], []).extend(words[1:])
        elif verb == "small":
            self.shorter, self.small = float(words[0]), list(words[1:])
        elif verb == "scenario":
            self.scenarios.append(Scenario(words[0].rstrip(":"), " ".join(words[1:])))
        else:
            of_scenario(self.scenarios[-1], verb, words)


def of_scenario(scenario, verb, words):
    if verb == "servers":
        scenario.servers = int(words[0])
    elif verb in ("polyring", "show", "without"):
        for word in words if verb == "show" else []:
            known(word, LABELS)
        setattr(scenario, verb, list(words))
    elif verb in LIMITS:
        value = None if words[1] == "never" else float(words[2])
        known(words[0], LABELS)
        known(words[1], (*COMPARE, "never"))
        scenario.limits.append(Limit(verb, words[0], words[1], value))
    else:
        one = step(verb, list(words))
        check(scenario, one)
        scenario.steps.append(one)


def known(word, words):
    if word not in words:
        raise ValueError(f"{word} is none of {', '.join(map(str, words))}")


def check(scenario, one):
    """Whether it may follow on those that there are."""
    last = max((step.at for step in scenario.steps if step.at is not None), default=0)
    if one.at is not None and one.at < last:
        raise ValueError("it is earlier than the one before")
    if one.figure:
        known(one.figure, LABELS)
    if one.verb == "fault":
        known(one.words[1].partition(":")[0], STRIKES)
    if one.verb in ("stop", "continue", "kill", "start", "fault"):
        known(one.words[0], [str(n) for n in range(1, scenario.servers + 1)])
    if one.verb == "reads":
        written = {word for step in scenario.steps if step.verb == "writes" for word in step.words}
        for word in one.words:
            known(word, {"nothing", *written})


def step(verb, words):
    """[at S] [CALLER] VERB WORD... [within S [S]] [as FIGURE]"""
    at = who = None
    words = [verb, *words]
    if words[0] == "at":
        at, words = float(words[1]), words[2:]
    if words[0].isupper() or words[0] == "calls":  # which only A makes, and only A is cut off
        who = words.pop(0) if words[0].isupper() else "A"
    figure = within = None
    if "as" in words:
        *words, _, figure = words
    if "within" in words:
        seconds = words[words.index("within") + 1:]
        words = words[:words.index("within")]
        within = [float(seconds[0]), float(seconds[-1])]
    known(words[0], VERBS)
    known(who, (None, "A", "B") if words[0] in ("reads", "writes") else (None, "A"))
    return Step(at, who, words[0], words[1:], within, figure)
