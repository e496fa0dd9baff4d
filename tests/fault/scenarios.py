"""Scenarios: the file that tells them, and what their figures must be."""

import operator
from typing import NamedTuple, Optional

VERBS = {"calls", "stop", "continue", "kill", "start", "end", "cut", "heal", "reads", "writes", "wait"}
LIMITS = {"always", "must", "goal", "others"}
COMPARE = {"<=": operator.le, ">=": operator.ge}


class Step(NamedTuple):
    at: Optional[float]  # seconds from the first call; None: when the one before is done
    who: Optional[str]  # the caller
    verb: str
    words: list
    within: Optional[float]
    figure: Optional[str]


class Limit(NamedTuple):
    kind: str
    figure: str
    compare: str  # or never
    value: Optional[float]

    def __str__(self):
        return f"{self.figure} {self.compare}" + ("" if self.value is None else f" {self.value:g}")

    def holds(self, figures):
        value = figures.get(self.figure)
        if self.compare == "never":
            return value is None
        return value is not None and COMPARE[self.compare](value, self.value)


class Scenario:
    """One, as it was told."""

    def __init__(self, name, title):
        self.name, self.title = name, title
        self.servers, self.patience, self.polyring, self.show = 1, [12.0, 12.0], [], []
        self.steps, self.limits = [], []

    def cuts(self):
        return any(step.verb == "cut" for step in self.steps)

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
                except (ValueError, IndexError, KeyError, TypeError) as error:
                    raise SystemExit(f"{path}:{number}: {line.strip()}: {error}") from None

    def take(self, verb, *words):
        if verb == "timeout":
            self.timeout = int(words[0])
        elif verb == "client":
            self.clients[words[0]] = list(words[1:])
        elif verb == "small":
            self.shorter, self.small = float(words[0]), list(words[1:])
        elif verb == "scenario":
            self.scenarios.append(Scenario(words[0].rstrip(":"), " ".join(words[1:])))
        else:
            of_scenario(self.scenarios[-1], verb, words)


def of_scenario(scenario, verb, words):
    if verb == "servers":
        scenario.servers = int(words[0])
    elif verb == "patience":
        scenario.patience = [float(word) for word in words]
    elif verb in ("polyring", "show"):
        setattr(scenario, verb, list(words))
    elif verb in LIMITS:
        value = None if words[1] == "never" else float(words[2])
        if words[1] not in (*COMPARE, "never"):
            raise ValueError(f"{words[1]} is no comparison")
        scenario.limits.append(Limit(verb, words[0], words[1], value))
    else:
        scenario.steps.append(step(verb, list(words)))


def step(verb, words):
    """[at S] [CALLER] VERB WORD... [within S] [as FIGURE]"""
    at = who = None
    words = [verb, *words]
    if words[0] == "at":
        at, words = float(words[1]), words[2:]
    if words[0].isupper() or words[0] == "calls":
        who = words.pop(0) if words[0].isupper() else "A"
    rest = {name: words.pop(words.index(name) + 1) for name in ("within", "as") if name in words}
    words = [word for word in words if word not in rest]
    if words[0] not in VERBS:
        raise ValueError(f"{words[0]} is no step")
    within = float(rest["within"]) if "within" in rest else None
    return Step(at, who, words[0], words[1:], within, rest.get("as"))
