"""Proof that `polyring-check lint` can fail: vector files with one fault each.

usage: lint_controls.py PROGRAM GOOD_FILE GOOD_FAILOVER

GOOD_FILE is a sound placement file with at least two servers, a flag and a kill, GOOD_FAILOVER one
of a client that found servers dead. Each control changes
one thing in it and must end with exit code 2 and its own complaint.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile


def seal(file):
    text = json.dumps(file["cases"], sort_keys=True, separators=(",", ":"))
    file["cases_sha256"] = hashlib.sha256(text.encode()).hexdigest()


def flip(file, index=0):
    case = file["cases"][index]
    case["at"] = (case["at"] + 1) % len(file["servers"])


def with_field(file, name):
    """The first case that has this field."""
    return next(case for case in file["cases"] if name in case)


def drop_flags(file):
    for case in file["cases"]:
        case.pop("flags", None)


def add_note(file):
    file["notes"]["Unused"] = {"effect": "None at all.", "column": "search"}


def keep_few(file):
    file["cases"] = [case for case in file["cases"] if "flags" in case] + file["cases"][:3]


def derive(file):
    file["source"].update(kind="derived", client="tests/reference")


# name -> (what to change, whether to seal the cases again, the complaint)
CONTROLS = {
    "flipped at": (flip, True, "the core says"),
    "edited by hand": (lambda f: f["cases"][0].update(id="renamed"), False, "cases were edited"),
    "other order": (lambda f: f["cases"].reverse(), False, "cases were edited"),
    "at beyond the servers": (lambda f: f["cases"][0].update(at=99), True, "there are"),
    "negative at": (lambda f: f["cases"][0].update(at=-1), True, "there are"),
    "at and refused": (lambda f: f["cases"][0].update(refused=True), True, "either"),
    "neither at nor refused": (lambda f: f["cases"][0].pop("at"), True, "either"),
    "refused but placed": (lambda f: (f["cases"][0].pop("at"), f["cases"][0].update(refused=True)),
                           True, "refused, the core places it"),
    "key twice": (lambda f: f["cases"].append(f["cases"][0]), True, "is there twice"),
    "key not canonical": (lambda f: f["cases"][0].update(key="%61"), True, "should be written a"),
    "key cut": (lambda f: f["cases"][0].update(key="a%4"), True, "should be written"),
    "key refused by the row": (lambda f: f["cases"][0].update(key="x" * 251), True,
                               "the core refuses the key"),
    "wrong hash": (lambda f: f["cases"][0].update(hash="1"), True, "\"hash\" is 1"),
    "wrong label": (lambda f: f["cases"][0].update(label="x"), True, "\"label\" is x"),
    "hash as a number": (lambda f: f["cases"][0].update(hash=1), True, "not a string"),
    "unknown field in a case": (lambda f: f["cases"][0].update(flag="Wrap"), True, "is unknown"),
    "no kill": (lambda f: f["cases"][0].update(kills=["equal=last"]), True, "does not kill"),
    "kill of no column": (lambda f: f["cases"][0].update(kills=["serach=above"]), True, "serach"),
    "too few plain keys": (keep_few, True, "plain keys"),
    "Polyring as client": (lambda f: f["source"].update(client="polyring"), True, "never the source"),
    "Polyring in capitals": (lambda f: f["source"].update(client="Polyring-php"), True,
                             "never the source"),
    "Polyring as witness": (lambda f: f.update(witnesses=[{
        "client": "polyring", "version": "1", "observed": "landed", "agreed": 1, "refused": 0}]),
                            True, "never the source"),
    "derived": (derive, True, "come from its client"),
    "unknown kind": (lambda f: f["source"].update(kind="guessed"), True, "neither observed"),
    "observed somehow": (lambda f: f["source"].update(observed="heard"), True, "not located"),
    "one run": (lambda f: f["source"].update(runs=1), True, "at least 2 times"),
    "no date": (lambda f: f["source"].pop("date"), True, "\"date\" is missing"),
    "no adapter": (lambda f: f["source"].pop("adapter_sha256"), True, "SHA-256 of the adapter"),
    "note removed": (lambda f: f["notes"].pop(with_field(f, "flags")["flags"][0]), True,
                     "has no note"),
    "note unused": (add_note, True, "no case has this flag"),
    "flags removed": (drop_flags, True, "no case has this flag"),
    "note on no column": (lambda f: next(iter(f["notes"].values())).update(column="colour"), True,
                          "no profile has a column"),
    "wrong digest": (lambda f: f["digest"].update(sha256="0" * 64), True, "the core's is"),
    "short digest": (lambda f: f["digest"].update(count=64), True, "at least 2000"),
    "no digest": (lambda f: f.pop("digest"), True, "\"digest\" is missing"),
    "unknown profile": (lambda f: f.update(profile="libmemcached/ketamma"), True, "profile:"),
    "alias": (lambda f: f.update(profile="ketama"), True, "canonical name"),
    "bad server": (lambda f: f["servers"].__setitem__(0, "a:b:c"), True, "servers:"),
    "unknown field": (lambda f: f.update(comment="x"), True, "\"comment\" is unknown"),
    "unknown schema": (lambda f: f.update(schema="polyring-placement-2"), True, "is unknown"),
}


def move(text):
    return ("1" if text[0] == "0" else "0") + text[1:]


FAILOVER_CONTROLS = {
    "moved": (lambda f: f["cases"][1].update(at=move(f["cases"][1]["at"])), True, "the core says"),
    "another home": (lambda f: f.update(home=move(f["home"])), True, "the core says"),
    "others dead": (lambda f: f["cases"][0].update(dead=[1]), True, "the core says"),
    "edited": (lambda f: f["cases"].pop(), False, "cases were edited"),
    "dead beyond the servers": (lambda f: f["cases"][0].update(dead=[9]), True, "no such server"),
    "nobody dead": (lambda f: f["cases"][0].update(dead=[]), True, "nobody is dead"),
    "a key less": (lambda f: f["cases"][0].update(at=f["cases"][0]["at"][1:]), True, "keys, not"),
    "few keys": (lambda f: f["keys"].update(count=10), True, "at least 1000"),
    "other keys": (lambda f: f["keys"].update(keys="k{n}"), True, "the core says"),
    "one key": (lambda f: f["keys"].update(keys="k"), True, "has no {n}"),
    "our policy": (lambda f: f.update(on_dead="miss"), True, "no policy of a client"),
    "another column": (lambda f: f.update(profile=f["profile"] + ",next=try_key"), True,
                       "the core says"),
    "Polyring as client": (lambda f: f["source"].update(client="polyring"), True, "never the source"),
    "derived": (derive, True, "come from its client"),
    "no seal": (lambda f: f.pop("cases_sha256"), False, "\"cases_sha256\" is missing"),
}
BROKEN_TEXTS = {
    "truncated": (lambda text: text[:len(text) // 2], "json"),
    "field twice": (lambda text: text.replace("{", '{"schema": "x", ', 1), "duplicate"),
    "not JSON": (lambda text: "", "json"),
    "not an object": (lambda text: "[]", "schema"),
}


def run(program, path):
    return subprocess.run([program, "lint", path], capture_output=True, text=True, check=False)


def spoiled(controls, text):
    """name -> (a text with one fault, the complaint)"""
    faulty = {}
    for name, (change, sealed, wanted) in controls.items():
        bad = json.loads(text)
        change(bad)
        if sealed:
            seal(bad)
        faulty[name] = json.dumps(bad), wanted
    return faulty


def check(program, path, controls, broken):
    """0 if each of the faults is noticed, and the file as it is passes."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    faulty = {name: (change(text), wanted) for name, (change, wanted) in broken.items()}
    faulty |= spoiled(controls, text)
    escaped = []
    with tempfile.TemporaryDirectory() as folder:
        result = run(program, folder)
        if result.returncode != 5:
            escaped.append(f"an empty folder: exit code {result.returncode}, not 5")
        path = os.path.join(folder, "vector.json")
        for name, (bad_text, wanted) in {"nothing": (text, None), **faulty}.items():
            with open(path, "w", encoding="utf-8") as file:
                file.write(bad_text)
            result = run(program, path)
            code = 0 if wanted is None else 2
            if result.returncode != code or (wanted or "") not in result.stderr:
                escaped.append(f"{name}: exit code {result.returncode}, {result.stderr!r}")
            elif wanted and not result.stderr.startswith(f"{path}:"):
                escaped.append(f"{name}: no place in {result.stderr!r}")
    print(f"{len(faulty)} controls, {len(escaped)} escaped", *escaped, sep="\n  ")
    return 1 if escaped else 0


def main(program, placement, failover):
    return (check(program, placement, CONTROLS, BROKEN_TEXTS)
            or check(program, failover, FAILOVER_CONTROLS, {}))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
