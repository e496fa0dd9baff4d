#!/usr/bin/env python3
"""docs/client.md says of the client what is true: its settings, with default and range, its outcomes,
failures, events and statistics, by the names that each language has for them.

usage: client.py SOURCE LIBRARY [--control]

The names come from settings.def and the public headers; what a setting takes is asked of the
library. The comment of polyring_client_new lists the settings too, and is held to the same. With
--control the page is spoiled, a row and a cell at a time, and each must be noticed.
"""
import ctypes
import re
import sys
from pathlib import Path

SETTINGS = "| name | what it is | default | range | what it does |"
OUTCOMES = "| status | Python, Java | PHP | what happened |"
FAILURES = "| status | Python | PHP, Java | was it done? |"
EVENTS = "| event | |"
STATISTICS = "| statistic | |"
EXCEPTIONS = {"ARGUMENT": "InvalidArgument", "KEY": "InvalidKey", "VALUE": "InvalidValue",
              "UNAVAILABLE": "Unavailable", "UNKNOWN": "Unknown", "PROTOCOL": "Protocol",
              "SERVER": "Server", "MISMATCH": "Mismatch"}
GOES_WITHOUT = {"zlib", "zstd", "gutter", "native"}  # words that a client may refuse, or this build
BESIDE = {"probe_interval": ["probe_most=24h"], "probe_most": ["probe_interval=1ms"]}  # one bounds the other
NOT_OF_CALLS = {"INVALID_SERVERS", "INVALID_PROFILE", "INVALID_TOPOLOGY", "NO_MEMORY"}


def quoted(cell):
    return re.findall(r"`([^`]*)`", cell)


def table(text, head):
    """The lines of the table with that head."""
    found = re.search(rf"^{re.escape(head)}\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M)
    return found[1].splitlines() if found else []


def rows_below(text, head):
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table(text, head)]


def compared(what, written, told):
    """Faults where two lists of names are not one; their order counts."""
    faults = [f"{what} lacks {name}" for name in told if name not in written]
    faults += [f"{what} has {name}, which there is not" for name in written if name not in told]
    if not faults and written != told:
        faults = [f"{what} has another order, or something twice"]
    return faults + [f"{what}: nothing found"] * (not told or not written)


class Library:
    def __init__(self, path):
        self.native = ctypes.CDLL(path)
        self.native.polyring_setting_name.restype = ctypes.c_char_p
        self.native.polyring_client_setting.restype = ctypes.c_char_p
        self.native.polyring_client_setting.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        self.native.polyring_client_free.argtypes = [ctypes.c_void_p]

    def names(self):
        i = 0
        while name := self.native.polyring_setting_name(ctypes.c_size_t(i)):
            yield name.decode()
            i += 1

    def setting(self, name, text=None):
        """What a client shows that was told so; None: it was refused."""
        told = "&".join([f"{name}={text}", *BESIDE.get(name, [])]).encode() if text is not None else b""
        client = ctypes.c_void_p()
        if self.native.polyring_client_new(None, b"10.0.0.1", ctypes.c_size_t(8), told,
                                           ctypes.c_size_t(len(told)), ctypes.byref(client), None) < 0:
            return None
        shown = self.native.polyring_client_setting(client, name.encode()).decode()
        self.native.polyring_client_free(client)
        return shown


def past(text, step):
    """A limit, and a step beyond it, in the smallest unit."""
    number, unit = re.fullmatch(r"(\d+)([a-z]*)", text).groups()
    units = {"": 1, "ms": 1000, "s": 10**6, "h": 3600 * 10**6}
    return f"{int(number) * units[unit] + step}{'us' if unit else ''}"


def row_faults(library, name, what, default, limits):
    """Where the library does not do what the row says."""
    shown = library.setting(name)
    if name == "compress" and library.setting(name, "zlib") is None:
        default = ["none"]  # this build goes without
    if default and library.setting(name, default[0]) != shown or not default and shown:
        yield f"the default of {name} is {shown!r}, and docs/client.md says {default}"
    if what == "choice":
        yield from (f"{name}={word} is refused" for word in limits
                    if library.setting(name, word) is None and word not in GOES_WITHOUT)
        if library.setting(name, "neither") is not None:
            yield f"{name} takes any word"
    elif limits:
        least, most = limits
        for text, fits in ((least, True), (most, True), (past(least, -1), False),
                           (past(most, 1), False)):
            if (library.setting(name, text) is not None) != fits:
                yield f"{name}={text} is {'refused' if fits else 'taken'}: docs/client.md says otherwise"
    elif what not in ("text", "path"):
        yield f"docs/client.md: {name} has no range"


def definitions(source):
    """settings.def with what it includes."""
    text = (source / "core/src/client/settings.def").read_text()
    return re.sub(r'^#include "(.+)"$', lambda m: (source / "core/src" / m[1]).read_text(), text, flags=re.M)


def settings_faults(source, page, library):
    text = definitions(source)
    names = re.findall(r"^(?:TEXT|SETTING|CHOICE)\((\w+)", text, re.M)
    words = dict(re.findall(r'^CHOICE\((\w+), \S+ "([^"]+)"', text, re.M))
    rows = rows_below(page, SETTINGS)
    written = [quoted(row[0])[0] for row in rows]
    faults = compared("the table of settings in docs/client.md", written, names)
    faults += compared("polyring_setting_name", list(library.names()), names)
    for name, (_, what, default, limits, does) in zip(written, rows):
        if name in names:
            faults += row_faults(library, name, what, quoted(default), quoted(limits))
        if name in words and quoted(limits) != words[name].split():
            faults.append(f"docs/client.md: {name} is one of {words[name]}")
        if not does:
            faults.append(f"docs/client.md does not say what {name} does")
    dialects = re.findall(r'^DIALECT\("(\w+)"', (source / "core/src/value/dialects.def").read_text(),
                          re.M)
    faults += compared("the setting dialect", words["dialect"].split(), dialects)
    header = (source / "core/include/polyring/client.h").read_text()
    listed = re.findall(r"^ \*   (\w+)=(\S*)", header, re.M)
    faults += compared("the comment of polyring_client_new", [name for name, _ in listed], names)
    faults += [f"client.h: the default of {name} is not {text!r}" for name, text in listed
               if name in names and name not in ("compress", "profile")
               and library.setting(name, text or None) != library.setting(name)]
    return faults + languages_faults(source, names) + told_faults(source, names, library)


def languages_faults(source, names):
    """Each language can be told each setting."""
    stub = (source / "bindings/python/polyring/__init__.pyi").read_text()
    stub = re.search(r"^class Client:\n    def __init__\((.*?)\n    \)", stub, re.S | re.M)[1]
    faults = compared("Python's Client", re.findall(r"^        (\w+): (?!_Text \| Sequence)", stub, re.M),
                      names)
    php = (source / "bindings/php/polyring.stub.php").read_text()
    for method in ("__construct", "persistent"):
        arguments = re.search(rf"function {method}\(\n((?:(?!function).)*?\$profile = null.*?)^ +\)", php,
                              re.S | re.M)[1]
        faults += compared(f"PHP's Client::{method}",
                           re.findall(r"^ +[?\w|]+ \$(\w+) = null", arguments, re.M), names)
    java = source / "bindings/java/src/org/polyring"
    methods = re.findall(r"public ClientBuilder (\w+)\(", (java / "ClientBuilder.java").read_text())
    methods += re.findall(r"public B (\w+)\(", (java / "PolicyBuilder.java").read_text())
    faults += [f"Java's ClientBuilder lacks {name}" for name in names
               if re.sub(r"_(.)", lambda m: m[1].upper(), name) not in methods]
    return faults


def told_faults(source, names, library):
    """The defaults that the help of Python and the stub of PHP tell; times are seconds there."""
    text = (source / "bindings/python/client_docs.i").read_text()
    python = re.search(r"The other arguments are settings,.*?:\n(.*?)\nTimes are seconds", text, re.S)[1]
    php = (source / "bindings/php/polyring.stub.php").read_text()
    times = re.findall(r"^SETTING\((\w+), TIME,", definitions(source), re.M)
    told = [("Python", *pair) for pair in re.findall(r"\b(\w+)='?([\w.]+)'?", python)]
    told += [("PHP", *pair) for pair in
             re.findall(r"^ +\* @param \S+ \$(\w+) .*: ([\d.]+|true|false)$", php, re.M)]
    faults = [f"Python's help of Client lacks {name}" for name in names
              if not re.search(rf"\b{name}\b", python)]
    for language, name, default in told:
        text = f"{default}s" if name in times else default.lower()
        if name not in ("profile", "compress") and library.setting(name, text) != library.setting(name):
            faults.append(f"{language} says that {name} is {default} by default")
    return faults + ["no default found in Python's help, or PHP's stub"] * (len(told) < 20)


def statuses_faults(source, page):
    header = (source / "core/include/polyring/status.h").read_text()
    statuses = re.findall(r"XX\((-?\d+), (\w+), (\w+), ", header)
    outcomes = [name for _, name, kind in statuses if kind == "OUTCOME" and name != "PARTIAL"]
    classes = {name: kind for _, name, kind in statuses if kind != "OUTCOME"}
    rows = rows_below(page, OUTCOMES)
    faults = compared("the outcomes in docs/client.md", [quoted(row[0])[0] for row in rows], outcomes)
    for name, words, php, _ in rows:
        name = quoted(name)[0]
        camel = name.title().replace("_", "")
        if quoted(words) != [f"Outcome.{name}"] or quoted(php) != [f"Outcome::{camel}"]:
            faults.append(f"docs/client.md: {name} has other names in the languages")
    rows = rows_below(page, FAILURES)
    written = sorted(quoted(row[0])[0] for row in rows)
    faults += compared("the failures in docs/client.md", written, sorted(set(classes) - NOT_OF_CALLS))
    for name, python, others, _ in rows:
        wanted = EXCEPTIONS[classes.get(quoted(name)[0], "ARGUMENT")]
        if quoted(python) != [f"{wanted}Error"] or quoted(others) != [f"{wanted}Exception"]:
            faults.append(f"docs/client.md: {name} is raised as {wanted}Error and {wanted}Exception")
    stub = (source / "bindings/python/polyring/__init__.pyi").read_text()
    php = (source / "bindings/php/polyring.stub.php").read_text()
    java = source / "bindings/java/src/org/polyring"
    for wanted in [*EXCEPTIONS.values(), "Partial"]:
        faults += [f"{language} has no class for {wanted}" for language, there in
                   (("Python", f"class {wanted}Error(" in stub),
                    ("PHP", f"class {wanted}Exception " in php),
                    ("Java", (java / f"{wanted}Exception.java").exists())) if not there]
    return faults


def events_faults(source, page):
    header = (source / "core/include/polyring/client.h").read_text()
    events = re.findall(r"^  XX\((\w+), ", header, re.M)
    return compared("the events in docs/client.md",
                    [quoted(row[0])[0] for row in rows_below(page, EVENTS)], events)


def members(header, name):
    """The members of a struct of the header, in its order."""
    body = re.search(rf"typedef struct {name} {{(.*?)^}}", header, re.S | re.M)[1]
    body = re.sub(r"/\*.*?\*/|\[.*?\]", "", body, flags=re.S)
    return [word for line in body.split(";") for word in re.findall(r"(\w+)\s*(?:,|$)", line.strip())]


def structs_faults(source, page):
    """Statistics and events have the same members in every language."""
    header = (source / "core/include/polyring/client.h").read_text()
    stub = (source / "bindings/python/polyring/__init__.pyi").read_text()
    php = (source / "bindings/php/polyring.stub.php").read_text()
    faults = compared("the statistics in docs/client.md",
                      [quoted(row[0])[0] for row in rows_below(page, STATISTICS)],
                      members(header, "polyring_statistics"))
    for name, method in (("Statistics", "statistics"), ("Event", "events")):
        told = members(header, "polyring_statistics" if name == "Statistics" else "polyring_event")
        fields = re.search(rf"^class {name}\(NamedTuple\):\n(.*?)\n\n", stub, re.S | re.M)[1]
        faults += compared(f"Python's {name}", re.findall(r"^ +(\w+): ", fields, re.M), told)
        comment = re.search(rf"/\*\*((?:(?!/\*\*).)*?)\*/\n +public function {method}\(\)", php, re.S)[1]
        faults += compared(f"PHP's {method}()", re.findall(r'"(\w+)"', comment), told)
        java = (source / f"bindings/java/src/org/polyring/{name}.java").read_text()
        record = re.search(rf"public record {name}\((.*?)\) {{", java, re.S)[1]
        camel = [re.sub(r"_(.)", lambda m: m[1].upper(), field) for field in told]
        faults += compared(f"Java's {name}", sorted(re.findall(r"(\w+)(?:,|$)", re.sub("<.*?>", "", record))),
                           sorted(camel))
    return faults


def all_faults(source, page, library):
    return settings_faults(source, page, library) + statuses_faults(source, page) + \
        events_faults(source, page) + structs_faults(source, page)


def spoiled(page):
    """Pages that each lack a row, or have a word of it wrong."""
    for head in (SETTINGS, OUTCOMES, FAILURES, EVENTS, STATISTICS):
        for line in table(page, head):
            yield line, page.replace(line + "\n", "", 1)
            cells = line.split("|")
            for i, cell in enumerate(cells[:5] if head == SETTINGS else cells[:4]):
                for word in quoted(cell):
                    wrong = [*cells[:i], cell.replace(f"`{word}`", "`7s`"), *cells[i + 1:]]
                    yield f"`{word}` in {line}", page.replace(line, "|".join(wrong), 1)


def main():
    source, library = Path(sys.argv[1]), Library(sys.argv[2])
    page = (source / "docs/client.md").read_text()
    if sys.argv[3:] == ["--control"]:
        pages = list(spoiled(page))
        unnoticed = [what for what, text in pages if not all_faults(source, text, library)]
        print("\n".join(["not noticed:", *unnoticed] if unnoticed else
                        [f"{len(pages)} wrong pages, each noticed"]))
        return bool(unnoticed) or not pages
    faults = all_faults(source, page, library)
    print("\n".join(faults) or f"{len(list(library.names()))} settings, as documented")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
