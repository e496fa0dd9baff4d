"""Section 7 of docs/placement.md: rows, their overrides, and what columns contradict."""
import json
import os
import re
import subprocess
from urllib.parse import unquote_to_bytes

from hashes import BY_UNIT, word_count
from keys import parse_refuse
from labels import BY_LABEL, ProfileError, parse_template, tokens

PROFILE_MAX = 4096
PERCENT_ENCODED = {"prefix": 250, "seed": 250, "stop": 64, "suffix": 64, "tag": 2}  # at most bytes
TEMPLATES = ("label", "next_label", "unix_label", "order_by")
WITH_LABELS = ("ring", "rendezvous")
# The layouts that define what a weight does; ignored and refused mean the same in all.
WEIGHTS_OF = {
    "modulo": ("repeat",), "jump": (), "buckets": ("repeat",), "furc": ("chance",),
    "ring": ("times", "share_single", "share_mixed", "share_double", "share_left", "share_ketama"),
    "rendezvous": ("repeat", "score"),
}
WITH_FRACTIONS = ("times", "share_left", "share_double", "chance")


class Columns:
    """A row as the rules read it."""

    def __init__(self, row):
        self.__dict__.update(row)
        self.bits, self.words, self.points, self.slots = (
            int(row[column]) for column in ("bits", "words", "points", "slots"))
        if self.point_hash == "same":
            self.point_hash = self.hash
        self.hashes = {self.hash, self.point_hash}
        self.ring, self.rendezvous = self.layout == "ring", self.layout == "rendezvous"
        self.labels = self.layout in WITH_LABELS
        self.mix = self.rendezvous and self.score == "mix"
        self.weighted = self.weights not in ("ignored", "refused")

    def keyed(self):
        """How often each template of labels has the key."""
        return [tokens(getattr(self, t)).count("key") for t in TEMPLATES[:3] if getattr(self, t)]

    def has(self, token, *templates):
        return any(token in tokens(getattr(self, template)) for template in templates)


# The column that is named, and when it contradicts the others.
RULES = (
    ("label", lambda c: c.labels and not c.label),
    ("label", lambda c: c.ring and any(c.keyed())),
    ("label", lambda c: c.rendezvous and set(c.keyed()) != {0 if c.mix else 1}),
    ("label", lambda c: not (c.ring and c.bits == 32) and c.has("prev:le", *TEMPLATES[:3])),
    ("order_by", lambda c: any(c.has(token, "order_by") for token in BY_LABEL)),
    ("words", lambda c: c.words > word_count(c.point_hash, c.bits)),
    ("points", lambda c: c.points % c.words),
    ("bits", lambda c: not all(word_count(name, c.bits) for name in c.hashes)),
    ("bits", lambda c: c.bits == 128 and not c.labels),
    ("byte_order", lambda c: c.byte_order == "halves" and c.bits != 128),
    ("fold", lambda c: c.fold == "slots" and not c.slots),
    ("slots", lambda c: c.slots and c.layout != "buckets" and c.fold != "slots"),
    ("fold", lambda c: c.fold != "all" and (c.bits == 128 or c.layout in ("rendezvous", "furc"))),
    ("fold", lambda c: c.bits == 64 and c.fold in ("slots", "middle", "middle_or_one", "low31")),
    ("weights", lambda c: c.weighted and c.weights not in WEIGHTS_OF[c.layout]),
    ("weights", lambda c: c.weights == "repeat" and c.mix),
    ("weights", lambda c: c.weights == "score" and not c.mix and c.bits != 64),
    ("no_weight", lambda c: c.no_weight != "one" and not c.weighted),
    ("no_weight", lambda c: c.no_weight == "half" and c.weights != "chance" and not c.mix),
    ("zero_weight", lambda c: c.zero_weight != "one" and not c.weighted),
    ("fractions", lambda c: c.fractions == "yes" and not (
        c.weights in WITH_FRACTIONS or c.weights == "score" and c.mix)),
    ("equal", lambda c: c.equal == "cycle" and not c.ring),
    ("equal", lambda c: c.equal == "label_hash" and (c.mix or not c.rendezvous)),
    ("empty_tag", lambda c: c.empty_tag != "whole" and not c.tag),
    ("empty_stop", lambda c: c.empty_stop != "hashed" and not c.stop),
    ("heavy_when", lambda c: c.heavy_when != "above_one" and not c.heavy),
    ("tag", lambda c: c.tag and len(unquote_to_bytes(c.tag)) != 2),
    ("text", lambda c: c.text == "utf16" and c.rendezvous),
    ("suffix", lambda c: c.suffix and c.text == "utf16" and c.hash in BY_UNIT),
    ("hash", lambda c: (c.mix or c.layout == "furc") and c.hash != "murmur64a"),
)


def check_text(column, value):
    """Refuses a text that its column cannot have."""
    fits = True
    if column in PERCENT_ENCODED:
        fits = not re.search("%(?![0-9A-Fa-f]{2})", value)
        fits = fits and len(unquote_to_bytes(value)) <= PERCENT_ENCODED[column]
    elif column in TEMPLATES:
        fits = parse_template(value) is not None
    elif column == "refuse":
        fits = parse_refuse(value) is not None
    if not fits:
        raise ProfileError(f"{column} cannot be {value}")


class Table:
    """The rows of `polyring profiles --json`; source: the program, or a file of its output."""

    def __init__(self, source):
        if os.access(source, os.X_OK):
            data = json.loads(subprocess.check_output([source, "profiles", "--json"]))
        else:
            with open(source, encoding="utf-8") as file:
                data = json.load(file)
        self.columns = {column["name"]: column for column in data["columns"]}
        self.defaults = {name: column["default"] for name, column in self.columns.items()}
        self.choices = {name: column["choices"] for name, column in self.columns.items()}
        self.rows = {row["name"]: row["columns"] for row in data["profiles"]}
        self.abouts = {row["name"]: row["about"] for row in data["profiles"]}
        self.aliases = {row["alias"]: row["name"] for row in data["profiles"] if row["alias"]}

    def row(self, text):
        """The columns of a profile's text, its overrides applied and its contradictions refused."""
        name, *overrides = text.split(",")
        columns = self.rows.get(self.aliases.get(name, name))
        if columns is None or len(text) > PROFILE_MAX:
            raise ProfileError(f"no row {name}")
        row = self.override(columns, overrides)
        self.check(row)
        if row["heavy"]:
            self.heavy(row)
        return row

    def override(self, columns, overrides):
        row = dict(columns)
        for text in overrides:
            column, equals, value = text.partition("=")
            if not equals or column not in self.columns:
                raise ProfileError(f"no column {column}")
            self.check_value(column, value)
            row[column] = str(int(value)) if "limits" in self.columns[column] else value
        return row

    def check_value(self, column, value):
        about, fits = self.columns[column], True
        if "limits" in about:
            least, most = about["limits"]
            fits = re.fullmatch("[0-9]{1,9}", value) and least <= int(value) <= most
        elif about["choices"]:
            fits = value in about["choices"]
        if not fits:
            raise ProfileError(f"{column} cannot be {value}")
        check_text(column, value)

    def contradictions(self, row):
        """The columns that contradict others."""
        for name, about in self.columns.items():
            if row["layout"] not in about["layouts"] and row[name] != self.defaults[name]:
                yield name
        unused = row["order"] in ("given", "host")
        if unused and row["order_by"] != self.defaults["order_by"]:
            yield "order_by"
        columns = Columns(row)
        yield from (name for name, wrong in RULES if wrong(columns))

    def check(self, row):
        """Refuses columns that contradict each other."""
        for name in self.contradictions(row):
            raise ProfileError(f"{name} contradicts other columns")

    def heavy(self, row):
        """The row once weights are heavy."""
        plain = dict(row, heavy="", heavy_when=self.defaults["heavy_when"])
        row = self.override(plain, row["heavy"].split(";"))
        if row["heavy"]:
            raise ProfileError("heavy within heavy")
        self.check(row)
        return row
