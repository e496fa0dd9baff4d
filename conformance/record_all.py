#!/usr/bin/python3
"""Records every vector file: all hash functions, and each row of clients.list on each list of
topologies.list, with the keys of keys.json and keys that are searched for the row.

usage: record_all.py BUILD [--only TEXT] [--output FOLDER] [--again] [--shard I/N]

TEXT is part of the path of the files to record, such as dalli or 4-equal. Files that are there
are left alone without --again. Real clients answer; Polyring only helps to find keys worth asking
for, and `lint` checks what they are worth. A row with overrides is recorded on a few lists only: it
shows one column.
"""
import argparse
import json
import pathlib
import random
import string
import subprocess
import sys
import tempfile
import zlib
from urllib.parse import quote

import edges

HERE = pathlib.Path(__file__).resolve().parent
NOTHING = 5  # the exit code of polyring-check where a client cannot express a list
NUMBERS = [str(number) for number in (*range(20), 99, 2**15, 2**31, 2**32 - 1, 2**32, 2**53 - 1,
                                      *(10**n + n for n in range(2, 18)))]
LANDED = 25  # above, a client is asked, if it can answer
FEW = ("4-equal", "7-weighted")
# What these lists show: labels, and how weights round. Rows without those leave them out.
OF_LABELS = ("3-no-port", "4-one-host", "5-other-ports", "7-equal", "3-ipv6", "3-ipv6-long",
             "2-colliding", "10-colliding", "3-unix-weighted")
OF_SHARES = ("24", "18-one-heavy", "25-weight-1", "7-weight-1", "46", "47", "99", "100")
# Where the digest is of 20,000 keys; elsewhere 2,000 are enough to show a slip.
THOROUGH = ("4-equal", "7-weighted")
HASHKIT = "libhashkit - libhashkit2 /usr/bin/python3 {adapters}/hashkit.py\n"
# file: (client, function, signed, text, about)
HASHES = {
    "one_at_a_time": ("libhashkit", "one_at_a_time", True, "bytes", "Jenkins's one-at-a-time."),
    "md5": ("libhashkit", "md5", False, "bytes", "The first four bytes of MD5, low byte first."),
    "crc": ("libhashkit", "crc", False, "bytes", "Bits 16 to 30 of CRC-32."),
    "fnv1_64": ("libhashkit", "fnv1_64", True, "bytes", "The low 32 bits of FNV-1 in 64 bits."),
    "fnv1a_64": ("libhashkit", "fnv1a_64", True, "bytes",
                 "FNV-1a in 32 bits, with the low halves of the 64-bit constants."),
    "fnv1_32": ("libhashkit", "fnv1_32", True, "bytes", "FNV-1 in 32 bits."),
    "fnv1a_32": ("libhashkit", "fnv1a_32", True, "bytes", "FNV-1a in 32 bits."),
    "murmur": ("libhashkit", "murmur", False, "bytes", "MurmurHash2, seeded by the length."),
    "jenkins": ("libhashkit", "jenkins", False, "bytes", "Jenkins's lookup3, seed 13."),
    "murmur3": ("libhashkit", "murmur3", False, "bytes",
                "MurmurHash3 x86_32, seeded by the length."),
    "java": ("spymemcached/array-mod", "java", False, "utf16",
             "Java's String.hashCode(), without its sign."),
    "crc-utf8": ("spymemcached/array-mod", "crc", False, "utf8",
                 "Bits 16 to 30 of the CRC-32 of UTF-8."),
    "fnv1_64-utf16": ("spymemcached/array-mod", "fnv1_64", False, "utf16",
                      "FNV-1 in 64 bits over UTF-16 units, its low half."),
    "fnv1a_64-utf16": ("spymemcached/array-mod", "fnv1a_64", False, "utf16",
                       "FNV-1a in 64 bits over UTF-16 units, its low half."),
    "fnv1_32-utf16": ("spymemcached/array-mod", "fnv1_32", False, "utf16",
                      "FNV-1 in 32 bits over UTF-16 units."),
    "fnv1a_32-utf16": ("spymemcached/array-mod", "fnv1a_32", False, "utf16",
                       "FNV-1a in 32 bits over UTF-16 units."),
    "murmur3_32": ("pymemcache/unicode", "murmur3_32", False, "low8",
                   "MurmurHash3 x86_32, seed 0, over the low bytes of code points."),
    "crc32": ("dalli/default", "crc32", False, "bytes", "CRC-32, all of it."),
}


def hash_keys(text):
    """Every length up to 40, the edges of the functions' blocks, and all kinds of bytes."""
    dice = random.Random(2026)
    sizes = [*range(1, 41), 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 249, 250]
    yield from ("".join(dice.choices("abcdefghijklmnop-:._0123456789", k=size)) for size in sizes)
    yield from ("Zürich", "東京", "😀", "naïve:€:💶", "ÿþ", "ü" * 125, "𐀀\uffff", "é", "ключ")
    yield from ("\x01", "\x7f", string.punctuation)
    if text == "bytes":
        yield from (bytes(dice.choices(range(0x80, 0x100), k=size)) for size in range(1, 14))
        yield from (b"\x80", b"\xff", b"\x7f\x80")


def lines_of(name):
    lines = (HERE / name).read_text(encoding="ascii").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def tells(table, profile, topology):
    """Whether a list can show anything of a row."""
    if "," in profile:
        return topology in FEW
    if topology in OF_LABELS:
        return table.column(profile, "layout") in ("ring", "rendezvous")
    return topology not in OF_SHARES or table.column(profile, "weights").startswith("share")


class Recorder:
    def __init__(self, options, folder):
        self.build, self.output, self.only = options.build, options.output, options.only
        self.keys, self.list = folder / "keys", folder / "clients.list"
        self.again = options.again
        self.shard, self.shards = (int(number) for number in options.shard.split("/"))
        self.list.write_text((HERE / "clients.list").read_text() + HASHKIT)
        self.done, self.skipped, self.failed = 0, 0, []

    def record(self, path, client, arguments):
        """Runs `polyring-check record`, and says what became of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [self.build / "bin/polyring-check", "record", client, "--clients", self.list,
                   "--keys", self.keys, "--out", path, *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        print(run.stdout.strip() or f"{path}: {run.stderr.strip()}", flush=True)
        self.done += run.returncode == 0
        self.skipped += run.returncode == NOTHING
        if run.returncode not in (0, NOTHING):
            self.failed.append(path)

    def wanted(self, path):
        name = str(path.relative_to(self.output))
        mine = zlib.crc32(str(path.parent).encode()) % self.shards == self.shard
        return self.only in name and mine and (self.again or not path.exists())

    def hashes(self):
        for name, (client, function, signed, text, about) in HASHES.items():
            path = self.output / "hash" / f"{name}.json"
            if self.wanted(path):
                self.keys.write_text("".join(quote(key, safe="") + "\n" for key in hash_keys(text)))
                self.record(path, client, ["--hash", function, "--text", text, "--about", about,
                                           *(["--signed"] if signed else [])])

    def placements(self):
        table = edges.Table(self.build / "bin/polyring")
        clients = [line for line in lines_of("clients.list") if not line[0].startswith("polyring")]
        # Rows before rows with overrides, each by the first client that claims it.
        profiles = sorted(dict.fromkeys(line[1] for line in clients), key=lambda name: "," in name)
        for profile in profiles:
            source, *witnesses = [line[0] for line in clients if line[1] == profile]
            for name, *servers in lines_of("topologies.list"):
                path = self.output / "placement" / profile / f"{name}.json"
                if self.wanted(path) and tells(table, profile, name):
                    self.placement(table, path, profile, source, witnesses, name, servers)

    def placement(self, table, path, profile, source, witnesses, name, servers):
        keys = json.loads((HERE / "keys.json").read_text(encoding="ascii"))
        if table.column(profile, "hash") == "decimal":  # whose keys are numbers
            keys["keys"] = [{"key": number} for number in NUMBERS]
        edges.add(table, keys, profile, servers)
        self.keys.write_text(json.dumps(keys), encoding="ascii")
        if profile == "libmemcached/ketama-weighted" and name != "3-unix":  # another label there
            witnesses = ["php-memcached/libketama-compatible"]
        about = [table.about(profile), f"{len(servers)} servers: {name}."]
        pattern = ["--digest-keys", "{n}"] if table.column(profile, "hash") == "decimal" else []
        self.record(path, source, [
            "--digest", "20000" if name in THOROUGH else "2000", *pattern,
            "--mode", "land" if len(servers) <= LANDED else "auto", "--topology", name,
            "--servers", " ".join(servers),
            *(word for line in about for word in ("--about", line)),
            *(word for witness in witnesses for word in ("--witness", witness))])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--only", default="", help="part of the path of the files to record")
    parser.add_argument("--again", action="store_true", help="record what there is, too")
    parser.add_argument("--shard", default="0/1", help="this part of the rows, as 0/2 and 1/2")
    parser.add_argument("--output", type=pathlib.Path, default=HERE.parent / "vectors")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(options, pathlib.Path(folder))
        recorder.hashes()
        recorder.placements()
    print(f"{recorder.done} recorded, {recorder.skipped} that the client cannot express, "
          f"{len(recorder.failed)} failed", *recorder.failed, sep="\n  ")
    return 1 if recorder.failed or not recorder.done else 0


if __name__ == "__main__":
    sys.exit(main())
