"""Searches keys that show what a profile is: each is placed elsewhere once one column of the
profile is another one. Polyring's own command line does the searching, so nothing here says
where a key belongs: that is for the real client to say, when it is recorded."""
import functools
import json
import subprocess

CANDIDATES, MANY = 4000, 100000  # many: where a rare edge is wanted on some list at least
THOROUGH = ("127.77.0.1:11211 127.77.0.2:11211 127.77.0.3:11211 127.77.0.4:11211",)
TEXTS = {
    "refuse": ["", "00-20+7f"],
    "label": ["{host}-{i}", "{host}:{port}-{i}", "{host}:{port}:{i}", "{host}{:port!11211}-{i}",
              "{host/ip}:{port}-{i}", "{host}{nul}{port}{prev:le}", "{host}:{port}-{key}"],
    "points": ["100", "150", "160"],
    "words": ["1", "3", "4"],
}
FLAGS = {  # by the column whose change the key shows; others need no name
    "fold": ("ZeroHash", "A hash of zero, which some clients take for one."),
    "sign": ("SignedBytes", "Bytes from 0x80 up enter the hash as negative numbers, or not."),
    "equal": ("EqualPoints", "Two servers have the same point, or the same score."),
}
EXACT = ("ExactHit", "The hash is a point: > in place of >= finds the next one.")
WRAP = ("Wrap", "The hash lies beyond the outermost point: the search goes on at the other end.")


class Table:
    """The rows and columns, and where keys go, as the command line has it."""

    def __init__(self, program):
        self.program = program
        listing = json.loads(self.run("profiles", "--json"))
        self.columns = listing["columns"]
        self.rows = {row["name"]: row for row in listing["profiles"]}

    def run(self, *arguments, text=None):
        run = subprocess.run([self.program, *arguments], input=text, capture_output=True,
                             text=True, check=False)
        return run.stdout

    def about(self, profile):
        name, *changes = profile.split(",")
        return self.rows[name]["about"] + "".join(f", {change}" for change in changes) + "."

    @functools.lru_cache(maxsize=4)
    def locate(self, profile, servers, keys):
        """The index of each key, None for those that are refused; {} for unfit profiles."""
        out = self.run("locate", "--profile", profile, "--servers", servers, "-",
                       text="\n".join(keys) + "\n")
        found = dict(line.split("\t") for line in out.splitlines())
        return {key: found.get(key) for key in keys} if found else {}

    def explain(self, profile, servers, keys):
        out = self.run("explain", "--json", "--profile", profile, "--servers", servers, "-",
                       text="\n".join(keys) + "\n")
        return [json.loads(line) for line in out.splitlines()]

    def mutants(self, profile):
        name, *changes = profile.split(",")
        row = dict(self.rows[name]["columns"], **dict(change.split("=") for change in changes))
        for column in self.columns:
            for value in column["choices"] or TEXTS.get(column["name"], []):
                unspecified = column["name"] == "equal" and row["equal"] == "unspecified"
                if value != row[column["name"]] and column["name"] != "provenance" and not unspecified:
                    yield f"{column['name']}={value}"


@functools.lru_cache
def candidates(servers, count):
    """Words, UTF-8, and the labels of points, which are hashed to the points themselves."""
    keys = [f"edge%3A{n}" for n in range(count)] + [f"%C3%A9dge-{n}" for n in range(count // 20)]
    for server in servers.split()[:8]:
        host, _, port = server.partition(":")
        port = port.split(":")[0]
        if host.replace(".", "").isdigit() and port.isdigit():
            keys += [f"{host}-{n}" for n in range(40)]
            keys += [f"{host}%3A{port}{mark}{n}" for mark in ("-", "%3A") for n in range(40)]
    return tuple(keys)


def kills(table, profile, servers, keys, mutants):
    """mutant -> the keys that it places elsewhere"""
    base = table.locate(profile, servers, keys)
    for mutant in mutants:
        other = table.locate(f"{profile},{mutant}", servers, keys)
        yield mutant, [key for key in keys if other and other[key] != base[key]]


def cover(killed):
    """key -> mutants: few keys that kill every mutant that any key kills, the rare ones first."""
    chosen = {}
    for mutant, keys in sorted(killed.items(), key=lambda item: len(item[1])):
        if keys:
            among = set(keys)
            key = next((key for key in chosen if key in among), keys[0])
            chosen.setdefault(key, []).append(mutant)
    return chosen


def wraps(table, profile, servers, keys):
    """Keys beyond the outermost point, where the two ends of the ring are different servers."""
    other = "ceil" if ",search=floor" in profile or table.rows[profile.split(",")[0]][
        "columns"]["search"] == "floor" else "floor"
    opposite = table.locate(f"{profile},search={other}", servers, keys)
    base = table.locate(profile, servers, keys)
    for trace in table.explain(profile, servers, keys):
        key = trace["key"]
        if trace["point"] is None or not opposite or opposite[key] == base[key]:
            continue
        beyond = int(trace["point"]) - int(trace["hash"])
        if beyond < 0 if other == "floor" else beyond > 0:
            yield key


def flag(keys, case, name, effect, column):
    case.setdefault("flags", []).append(name)
    keys["notes"].setdefault(name, {"effect": effect, "column": column})


def add(table, keys, profile, servers):
    """Adds keys for this row and list to the keys and notes of keys.json."""
    servers = " ".join(servers)
    few, row = candidates(servers, CANDIDATES), table.rows[profile.split(",")[0]]["columns"]
    if len(table.locate(profile, servers, few)) == 0:
        return
    killed = dict(kills(table, profile, servers, few, list(table.mutants(profile))))
    if servers in THOROUGH:
        many = candidates(servers, MANY)
        rare = [mutant for mutant, found in killed.items() if not found]
        killed.update(kills(table, profile, servers, many, rare))
    chosen = cover(killed)
    wrapped = set()
    if row["layout"] == "ring":
        wrapped = set(list(wraps(table, profile, servers,
                                 candidates(servers, MANY if servers in THOROUGH else CANDIDATES))))
        chosen.update((key, chosen.get(key, [])) for key in sorted(wrapped)[:2])
    exact = set(killed.get("search=above", ()) if row["search"] == "ceil" else ())
    for key, mutants in chosen.items():
        case = {"key": key, "may_refuse": True}
        if mutants:
            case["kills"] = sorted(mutants)
        if "%C3" in key:  # keys.json has the note
            case["flags"] = ["NonAscii"]
        if key in exact:
            flag(keys, case, *EXACT, "search")
        if key in wrapped:
            flag(keys, case, *WRAP, "search")
        for column, (name, effect) in FLAGS.items():
            if any(mutant.startswith(f"{column}=") for mutant in mutants):
                flag(keys, case, name, effect, column)
        keys["keys"].append(case)
