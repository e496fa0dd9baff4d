"""The core and the reference engine side by side."""
import json
import subprocess
from typing import NamedTuple

from engine import Ring
from keys import KeyRefused, percent
from labels import ProfileError
from servers import ServersError

FIELDS = ("key", "sent_key", "hashed_text", "hash", "point", "label", "server", "index", "ties")
REFUSED, UNFIT, TIES_MAX = "key refused", "list or profile refused", 16


class Case(NamedTuple):
    """Keys on one ring. The first so many are compared by their traces, the others by index."""
    profile: str
    servers: str
    keys: list
    traced: int


def ring_of(table, case):
    """The engine's ring, or why there is none."""
    try:
        return Ring(table, case.profile, case.servers), ""
    except (ProfileError, ServersError) as error:
        return None, str(error)


def engine_answer(ring, key, traced):
    try:
        if not traced:
            return ring.index(key)
        trace = ring.place(key)
        return dict(trace, ties=trace["ties"][:TIES_MAX])
    except KeyRefused:
        return REFUSED


def engine_answers(table, case):
    """A trace, an index or REFUSED a key; UNFIT for all where the list or profile is refused."""
    ring, why = ring_of(table, case)
    if ring is None:
        return [UNFIT] * len(case.keys), why
    return [engine_answer(ring, key, n < case.traced) for n, key in enumerate(case.keys)], ""


def run_core(program, command, case, keys, words=()):
    """{percent-encoded key: its line}, and what the program complains of."""
    if not keys:
        return {}, ""
    arguments = [program, command, "--profile", case.profile, "--servers", case.servers, "--json",
                 *words]
    lines = "".join(percent(key) + "\n" for key in keys)
    run = subprocess.run([*arguments, "-"], input=lines, capture_output=True, text=True,
                         check=False)
    if run.returncode not in (0, 2):
        raise RuntimeError(f"{arguments} ended with {run.returncode}: {run.stderr}")
    shown = [json.loads(line) for line in run.stdout.splitlines()]
    return {line["key"]: line for line in shown}, run.stderr


def core_answers(program, case):
    """The same of the core: `polyring explain` for traces, `polyring locate` for indexes."""
    traced, rest = case.keys[:case.traced], case.keys[case.traced:]
    traces, complaint = run_core(program, "explain", case, traced)
    indexes, other = run_core(program, "locate", case, rest)
    complaint = complaint or other
    unfit = not (traces or indexes) and ": line " not in complaint.partition("\n")[0]
    missing = UNFIT if unfit else REFUSED
    answers = [{field: traces[k][field] for field in FIELDS} if k in traces else missing
               for k in map(percent, traced)]
    answers += [indexes[k]["index"] if k in indexes else missing for k in map(percent, rest)]
    return answers, complaint


def first_difference(table, program, case, core=None):
    """None, or the first key that core and engine treat differently, with both answers."""
    ours, why = engine_answers(table, case)
    theirs, complaint = core or core_answers(program, case)
    for key, our, their in zip(case.keys, ours, theirs):
        if our != their:
            return {"key": key, "engine": our, "engine says": why, "core": their,
                    "core says": "".join(complaint.splitlines(True)[:1]).strip()}
    return None


def reproduction(table, program, case, difference):
    """The difference on as few servers as it needs, and how to see it again."""
    words, key, at, tries = case.servers.split(), difference["key"], 0, 200
    while at < len(words) and len(words) > 1 and tries:
        tries -= 1
        fewer = words[:at] + words[at + 1:]
        smaller = first_difference(table, program,
                                   Case(case.profile, " ".join(fewer), [key], 1))
        if smaller:
            words, difference = fewer, smaller
        else:
            at += 1
    return (f"profile {case.profile}\nservers {' '.join(words)}\nkey     {percent(key)}\n"
            f"engine  {difference['engine']} {difference['engine says']}\n"
            f"core    {difference['core']} {difference['core says']}\n"
            f"see it: polyring explain --profile '{case.profile}' --servers '{' '.join(words)}'"
            f" --json '{percent(key)}'")
