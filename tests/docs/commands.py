#!/usr/bin/env python3
"""The man page of each program and its --help name the same subcommands and options, and of
polyring(1) the synopsis of each subcommand has the options of its --help; the README's profiles are
profiles.

usage: commands.py SOURCE BUILD

Help is asked of the program and of each subcommand; the man pages are read as mandoc source.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

PAGES = {"polyring": "bindings/cli/polyring.1",
         "polyring-check": "conformance/polyring-check.1"}


def help_of(*command):
    return subprocess.run([*command, "--help"], check=True, capture_output=True, text=True).stdout


def told(program):
    """What --help tells: (subcommands, options)."""
    text = help_of(program)
    commands = set(re.findall(r"^  ([a-z]+)(?:  +| .*  )\S", text, re.M))
    texts = [text] + [help_of(program, command) for command in sorted(commands)]
    return commands, {option for t in texts
                      for option in re.findall(r"^ +(?:-\S(?: \w+)?, +)?--([a-z-]+)", t, re.M)}


def written(page):
    """What the man page tells: the same pair."""
    text = page.read_text()
    return (set(re.findall(r"^\.Nm\n\.Cm ([a-z]+)$", text, re.M)),
            set(re.findall(r"Fl -([a-z-]+)", text)))


def options_of(mandoc):
    return set(re.findall(r"Fl -([a-z-]+)", mandoc))


def synopsis_faults(program, page):
    """Where the synopsis of a subcommand has other options than its --help."""
    text = page.read_text()
    where = options_of(re.search(r"^\.Ar where\nstands.*?^\.Ed$", text, re.M | re.S)[0])
    synopsis = re.search(r"^\.Sh SYNOPSIS\n(.*?)^\.Sh ", text, re.M | re.S)[1]
    written = {}
    for part in synopsis.split(".Nm\n")[1:]:
        name = re.match(r"\.Cm ([a-z]+)", part)[1]
        written.setdefault(name, set()).update(
            options_of(part) | (where if re.search(r"^\.Ar where$", part, re.M) else set()))
    for command, options in written.items():
        there = set(re.findall(r"^ +(?:-\S(?: \w+)?, +)?--([a-z-]+)", help_of(program, command), re.M))
        there -= {"help", "usage", "version"}
        yield from (f"polyring(1), synopsis of {command}: --{x} is not in its --help"
                    for x in options - there)
        yield from (f"polyring(1), synopsis of {command} lacks --{x}" for x in there - options)


def profile_faults(program, readme):
    listing = json.loads(subprocess.run([program, "profiles", "--json"], check=True,
                                        capture_output=True, text=True).stdout)
    there = {profile["name"] for profile in listing["profiles"]}
    listed = set(re.findall(r"^\| `([a-z-]+/[a-z-]+)` \|", readme, re.M))
    return [f"README.md has the profile {name}, polyring profiles has not"
            for name in listed - there] + ["README.md shows no profile"] * (not listed)


def main():
    source, build = map(Path, sys.argv[1:])
    faults = profile_faults(build / "bin/polyring", (source / "README.md").read_text())
    faults += synopsis_faults(build / "bin/polyring", source / PAGES["polyring"])
    for name, page in PAGES.items():
        program = build / "bin" / name
        if not program.exists():
            continue  # this build goes without
        for what, help_text, manual in zip(("the command ", "--"), told(program),
                                           written(source / page)):
            faults += [f"{page} has {what}{x}, --help has not" for x in manual - help_text]
            faults += [f"{name} --help has {what}{x}, {page} has not" for x in help_text - manual]
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", source / page],
                              capture_output=True, text=True)
        faults += lint.stdout.splitlines()
    print("\n".join(sorted(faults)) or "the man pages and --help agree")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
