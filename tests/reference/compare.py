"""The core and the reference engine side by side."""
import json
import subprocess

from engine import KeyRefused, ProfileError, Ring, ServersError, percent

FIELDS = ("key", "sent_key", "hashed_text", "hash", "point", "label", "server", "index", "ties")
REFUSED, UNFIT, TIES_MAX = "key refused", "list or profile refused", 16


def engine_traces(table, profile, servers, keys):
    """One trace or REFUSED a key; UNFIT for all where the list or the profile is refused."""
    try:
        ring = Ring(table, profile, servers)
    except (ProfileError, ServersError) as error:
        return [UNFIT] * len(keys), str(error)
    traces = []
    for key in keys:
        try:
            trace = ring.place(key)
            traces.append(dict(trace, ties=trace["ties"][:TIES_MAX]))
        except KeyRefused:
            traces.append(REFUSED)
    return traces, ""


def core_traces(program, profile, servers, keys):
    """The same of the core, through `polyring explain`."""
    command = [program, "explain", "--profile", profile, "--servers", servers, "--json", "-"]
    lines = "".join(percent(key) + "\n" for key in keys)
    run = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    if run.returncode not in (0, 2):
        raise RuntimeError(f"{command} ended with {run.returncode}: {run.stderr}")
    shown = [json.loads(line) for line in run.stdout.splitlines()]
    shown = {trace["key"]: {field: trace[field] for field in FIELDS} for trace in shown}
    complaints = run.stderr.splitlines()
    unfit = not shown and not (complaints and ": line " in complaints[0])
    return [shown.get(percent(key), UNFIT if unfit else REFUSED) for key in keys], run.stderr


def first_difference(table, program, profile, servers, keys):
    """None, or the first key that core and engine treat differently, with both traces."""
    ours, why = engine_traces(table, profile, servers, keys)
    theirs, complaint = core_traces(program, profile, servers, keys)
    for key, our, their in zip(keys, ours, theirs):
        if our != their:
            return {"key": key, "engine": our, "engine says": why, "core": their,
                    "core says": "".join(complaint.splitlines(True)[:1]).strip()}
    return None


def reproduction(table, program, profile, servers, difference):
    """The difference on as few servers as it needs, and how to see it again."""
    words, key, at, tries = servers.split(), difference["key"], 0, 200
    while at < len(words) and len(words) > 1 and tries:
        tries -= 1
        fewer = words[:at] + words[at + 1:]
        smaller = first_difference(table, program, profile, " ".join(fewer), [key])
        if smaller:
            words, difference = fewer, smaller
        else:
            at += 1
    return (f"profile {profile}\nservers {' '.join(words)}\nkey     {percent(key)}\n"
            f"engine  {difference['engine']} {difference['engine says']}\n"
            f"core    {difference['core']} {difference['core says']}\n"
            f"see it: polyring explain --profile '{profile}' --servers '{' '.join(words)}' --json"
            f" '{percent(key)}'")
