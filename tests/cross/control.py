#!/usr/bin/env python3
"""judge.c notices: each word of each kind of line, changed, is one difference; nonsense is refused.

usage: control.py LINES JUDGE...

JUDGE: the command that judges a file of lines, the emulator included.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = {"ring": ("profile",), "at": ("index", "hash", "point", "label"),
         "digest": ("count", "sha256")}
AT = {"profile": 2, "index": 2, "hash": 3, "point": 4, "label": 5, "count": 3, "sha256": 4}
NONSENSE = {"nothing": [], "a ring alone": ["ring a ketama a:1"], "no ring": ["at a 0 * * *"],
            "an unknown kind": ["ring a ketama a:1", "was a 0 * * *"],
            "a missing word": ["ring a ketama a:1", "at a 0"],
            "a bad key": ["ring a ketama a:1", "at %4 0 * * *"]}


def groups(lines):
    """The lines of each ring."""
    group = []
    for line in lines:
        if line.startswith("ring ") and group:
            yield group
            group = []
        group.append(line)
    yield group


def is_complete(group):
    """Whether there is a line of each kind, a refused key, and a case that says everything."""
    text = "\n".join(group)
    return all(re.search(pattern, text, re.M) for pattern in (
        r"^digest ", r"^at \S+ refused ", r"^at \S+ [0-9]+( [^* ]\S*){3}$"))


def changed(word, name):
    if name == "profile":
        return "no-such/profile"
    if name == "index":
        return "0" if word == "refused" else str(int(word) + 1)
    return str(int(word) - 1) if name == "count" else word[:-1] + ("1" if word[-1] == "0" else "0")


def faults(group):
    """(what was changed, the lines with one word changed)"""
    for kind, names in WORDS.items():
        for name in names:
            for n, line in enumerate(group):
                words = line.split(" ")
                if words[0] == kind and words[AT[name]] != "*":
                    words[AT[name]] = changed(words[AT[name]], name)
                    yield f"{kind}: {name}", [*group[:n], " ".join(words), *group[n + 1:]]
                    break
    n = next(n for n, line in enumerate(group) if re.match(r"at \S+ refused ", line))
    refused = group[n].replace(" refused ", " 0 ")
    yield "a refusal", [*group[:n], refused, *group[n + 1:]]


def main():
    lines, *command = sys.argv[1:]
    group = next(filter(is_complete, groups(Path(lines).read_text().splitlines())))
    wrong, count = [], 0

    def judge(what, lines, code, said):
        nonlocal count
        count += 1
        file.write_text("".join(line + "\n" for line in lines))
        run = subprocess.run([*command, file], capture_output=True, text=True, check=False)
        if run.returncode != code or said not in run.stdout + run.stderr:
            wrong.append(f"{what}: {run.returncode}, {run.stdout}{run.stderr}")

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines"
        judge("as it is", group, 0, " 0 differences")
        for what, faulty in faults(group):
            judge(what, faulty, 1, " 1 differences")
        for what, nonsense in NONSENSE.items():
            judge(what, nonsense, 2, "judge: ")
    print("\n".join(wrong) or f"{count} files were judged rightly")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
