"""Random profiles, lists of servers and keys for the property test: mostly fit, sometimes not.

Whatever is drawn about a profile is a dictionary of columns; a wish fixes some of them, and all
others are drawn so that they go with it where that is easy."""
from urllib.parse import unquote_to_bytes

import labels
from hashes import DIGESTS, FNV, word_count
from rows import WEIGHTS_OF, WITH_FRACTIONS, WITH_LABELS

TOKENS = tuple("{%s}" % token for token in labels.TOKENS)
LABELS = ("{host}", "{host}:{port}", "{host}{:port!11211}", "{host/ip}:{port}", "{/ip}:{port}",
          "{[host]}:{port}", "{ip:java}:{port}", "{name|host}{name|:port!11211}",
          "{name|[host]}{name|:port}", "{host}{nul}{port}", "{name}", "x", "{name|host}{name|:}")
NUMBERED = ("-{i}", ":{i}", "{nul}{i+1}", "{prev:le}", "{i}-{i+1}", "")
TEXTS = {
    "refuse": ("", "00-20+7f", "80-ff", "41+61-7a", "00-2f+3a-ff"),
    "prefix": ("", "app:", "%C3%BC", "p%20x", "%00", "{x}", "/a/", "k" * 220, "%FF", "k" * 250),
    "stop": ("", "|%23|", ":", "e", "%C3", "user:"),
    "tag": ("", "{}", "%5B%5D", "aa", "%00%00", ":-"),
    "suffix": ("", "%FF", "salt", "%C3%BC", "s" * 64),
    "seed": ("", "a", "%00", "some longer seed of more than sixteen bytes"),
    "order_by": ("{host}:{port}", "{name|host}{name|:port!11211}", "{[host]}:{port}", "{port}",
                 "{host}", "x", "{ip:java}"),
    "no_port": ("", "11211", "0", "80", "None", "011211"),
    "next_label": ("", "{prev:le}", "{host}-{i}", "{name|host}{i+1}", "{port}{i}{prev:le}"),
    "points": ("0", "1", "2", "7", "12", "40", "60", "100", "150", "160", "163"),
    "heavy": ("", "search=floor", "equal=last;weights=ignored", "weights=share_double;points=200",
              "hash=fnv1a_32;sign=yes", "layout=modulo", "text=low8", "weights=times", "from=key",
              "order=bytes", "hash=xxh3;bits=64", "one_server=hashed", "slots=7"),
    "longest": ("250", "249", "100", "1", "32", "200"),
    "slots": ("0", "1", "2", "7", "64", "100", "1024", "16384", "1048576"),
}
KEY_COLUMNS = ("refuse", "encode", "route", "prefix", "longest", "long_key", "from", "stop",
               "empty_stop", "tag", "empty_tag", "text", "suffix")
SERVER_COLUMNS = ("order", "order_by", "duplicates", "one_server", "no_port", "zero_weight",
                  "no_weight", "fractions")


class Draw:
    """One profile being drawn."""

    def __init__(self, random, table, wish):
        self.random, self.table, self.wish, self.columns = random, table, wish, {}

    def take(self, column, values=None, chance=1.0):
        """Draws a column, unless it is wished for; with a chance only, else its default."""
        if column in self.wish:
            value = self.wish[column]
        elif self.random.random() < chance:
            value = self.random.choice(values or self.table.choices[column] or TEXTS[column])
        else:
            value = self.table.defaults[column]
        self.columns[column] = value
        return value

    def template(self, column, end, chance=1.0):
        def make():
            if self.random.random() < 0.2:
                count = self.random.randrange(1, 4)
                return "".join(self.random.choices(TOKENS, k=count)) + end()
            return self.random.choice(LABELS) + end()
        return self.take(column, [make()], chance)

    def key(self):
        for column in KEY_COLUMNS:
            self.take(column, chance=0.12)
        for empty, column in (("empty_tag", "tag"), ("empty_stop", "stop")):
            if self.columns[empty] != self.table.defaults[empty] and not self.columns[column]:
                self.take(column, TEXTS[column][1:])

    def hash(self, layout):
        fitting = sorted(self.table.choices["hash"])
        wide = ["128"] if layout in WITH_LABELS else []
        bits = int(self.take("bits", ["32", "64", *wide], 0.5))
        if layout == "furc":
            fitting = ["murmur64a"]
        fitting = [name for name in fitting if word_count(name, bits)]
        name = self.take("hash", fitting)
        self.take("byte_order", ["little", "big", "halves"][:3 if bits == 128 else 2],
                  0.5 if name in DIGESTS else 0.05)
        self.take("sign", chance=0.5)
        self.take("start", chance=0.4 if name in FNV else 0.02)
        self.take("seed", chance=0.5)
        folds = {32: self.table.choices["fold"], 64: ["all", "or_one", "absolute"]}.get(bits)
        self.take("fold", folds or ["all"], 0 if layout in ("rendezvous", "furc") else 0.4)
        return name, bits

    def servers(self, layout):
        for column in SERVER_COLUMNS:
            self.take(column, chance=0.25)
        if self.columns["order"] in ("given", "host") and "order_by" not in self.wish:
            self.columns["order_by"] = self.table.defaults["order_by"]
        weights = self.take("weights", ["ignored", "refused", *WEIGHTS_OF[layout] * 2])
        plain = weights in ("ignored", "refused")
        for column in ("no_weight", "zero_weight", "fractions"):
            if plain and column not in self.wish:
                self.columns[column] = self.table.defaults[column]
        if weights not in WITH_FRACTIONS and "fractions" not in self.wish:
            self.columns["fractions"] = "no"
        folded = self.columns["fold"] == "slots"
        self.take("slots", TEXTS["slots"][folded:], 0.7 if layout == "buckets" else folded)

    def ring(self, bits):
        fitting = [name for name in self.table.choices["hash"] if word_count(name, bits)]
        same = self.take("point_hash", ["same", *fitting], 0.6)
        name = self.columns["hash"] if same == "same" else same
        most = max(1, word_count(name, bits)) if name in self.table.choices["hash"] else 1
        words = int(self.take("words", [str(n) for n in range(1, most + 1)], 0.7))
        self.take("points", [str(max(1, n // words) * words) for n in map(int, TEXTS["points"])])
        self.take("point_start", chance=0.5 if name in FNV else 0.02)
        for column, chance in (("point_order", 0.4), ("search", 0.7), ("equal", 0.8)):
            self.take(column, chance=chance)
        self.labels(lambda: self.random.choice(NUMBERED))
        self.take("next_label", chance=0.15)

    def rendezvous(self):
        score = self.take("score")
        self.take("equal", chance=0.8)
        self.labels(lambda: self.random.choice(("", "{i}", "-")) +
                    ("" if score == "mix" else self.random.choice(("{key}", "-{key}"))))

    def labels(self, end):
        self.template("label", end)
        self.template("unix_label", end, 0.6)

    def all(self):
        layout = self.take("layout")
        self.key()
        _, bits = self.hash(layout)
        self.servers(layout)
        if layout == "ring":
            self.ring(bits)
        elif layout == "rendezvous":
            self.rendezvous()
        elif layout == "buckets":
            self.take("pick")
        if self.take("heavy", chance=0.12):
            self.take("heavy_when", chance=0.3)
        return self.columns


def text_of(table, name, columns):
    """A row with the overrides that make it have these columns, and defaults elsewhere where its
    own columns mean nothing in their layout."""
    row = table.rows[name]
    layout = columns.get("layout", row["layout"])
    for column, about in table.columns.items():
        if layout not in about["layouts"]:
            columns.setdefault(column, table.defaults[column])
    changes = [f"{column}={value}" for column, value in columns.items() if row[column] != value]
    return ",".join([name, *changes])


def single_overrides(random, table, name, wish):
    """A few columns of a row changed."""
    draw = Draw(random, table, wish)
    for column in dict.fromkeys([*wish, *random.choices(sorted(table.columns),
                                                           k=random.randrange(3))]):
        draw.take(column, {"label": LABELS, "unix_label": LABELS,
                           "words": ["1", "2", "3", "4", "5", "12"]}.get(column))
    return ",".join([name, *(f"{c}={v}" for c, v in draw.columns.items())])


def profile(random, table, wish):
    """The text of a profile that has the columns of a wish, or is the row "row" as it is; None if
    none was found."""
    if "row" in wish:
        return wish["row"]
    for _ in range(1000):
        name = random.choice(sorted(table.rows))
        if random.random() < 0.4:
            text = single_overrides(random, table, name, wish)
        else:
            text = text_of(table, name, Draw(random, table, wish).all())
        try:
            row = table.row(text)
        except labels.ProfileError:
            continue
        if all(row[column] == value for column, value in wish.items()):
            return text
    return None


def careless(random, table):
    """A row with a few columns drawn without a look at each other; most contradict."""
    name = random.choice(sorted(table.rows))
    columns = random.sample(sorted(set(table.columns) - {"heavy", "next", "provenance"}),
                            k=random.randrange(1, 4))
    values = {"label": LABELS, "unix_label": LABELS, "words": ("1", "2", "4", "12")}
    return ",".join([name, *(
        f"{column}={random.choice(table.choices[column] or TEXTS.get(column) or values[column])}"
        for column in columns)])


def wishes(table):
    """Every row, and every value of every column, as one wish each; the rest is drawn."""
    for name in table.rows:
        yield {"row": name}
    for column, choices in table.choices.items():
        values = choices or TEXTS.get(column, ())
        for value in values:
            yield {column: value}


# ---- Lists of servers

def ipv4(random):
    return f"10.{random.randrange(4)}.{random.randrange(3)}.{random.randrange(1, 255)}"


def ipv6(random):
    return random.choice(("[::1]", "[fe80::1%25eth0]", "[2001:db8::{:x}]", "[2001:DB8:0:0::A:{:x}]",
                          "[fd00:1:2:3:4:5:6:{:04x}]", "[::ffff:10.0.0.{:d}]")).format(
                              random.randrange(1, 255))


def host_name(random):
    return random.choice(("mc{}", "cache-{}.example", "{}.b.example.", "MC{}", "k%C3%BC{}",
                          "a%3A{}", "x_{}~", "mc0{}", "mc{}a", "9{}.example")).format(
                              random.randrange(400))


WEIGHTS = {  # kinds of lists: weights in them, "" for none
    "none": ("",), "ones": ("1",), "nothing": ("0",), "zeros": ("0", "1", "3"),
    "small": tuple("1234567"), "mixed": ("", "", "0", "1", "2"), "heavy": ("1", "5", "100", "1024"),
    "large": ("67108865", "1000000007", "4294967295"),
    "fractions": ("0.5", "1", "1.25", "2.0", "3.007", "0.0", "0.0001"),
    "chances": ("0", "0.1", "0.25", "0.5", "0.999999999", "1", "1.0", ""),
}


def weight_kind(random, row, count):
    """A kind of weights that the row mostly takes."""
    rule = row["weights"] + row["heavy"]
    kinds = ["none", "none", "ones", "small", "small", "zeros", "mixed"]
    if rule == "refused":
        kinds = ["none"]
    elif row["weights"] == "chance":
        kinds = ["chances"] * 3 + ["none", "ones"]
    elif "share" in rule or row["weights"] == "score" or row["layout"] in ("modulo", "buckets"):
        kinds += ["heavy", "heavy", "large"]
    elif count < 5:
        kinds += ["heavy"]
    if row["fractions"] == "yes" and row["weights"] != "chance":
        kinds += ["fractions"] * len(kinds)
    if row["no_weight"] == "plain":
        kinds = ["none", "small", "small", "ones", "mixed"]
    odd = random.random()
    return "nothing" if odd < 0.01 else "fractions" if odd < 0.03 else random.choice(kinds)


def most_servers(row):
    """So many that the engine is not kept busy by one list."""
    if row["layout"] == "rendezvous":
        return 12
    if row["layout"] == "ring":
        return max(2, min(400, 9000 // max(1, int(row["points"]))))
    return 400


def list_size(random, row):
    most = most_servers(row)
    sizes = [n for n in (1, 1, 2, 3, 7, 14, 25, 47, 50, 61, 94) if n <= most]
    if random.random() < 0.5:
        return random.choice(sizes)
    return random.randrange(1, 1 + min(most, 400 if random.random() < 0.03 else 40))


def ranges(numbers):
    """Ascending numbers as the attribute has them: 0-99+200."""
    parts = []
    for n in numbers:
        if parts and parts[-1][1] == n - 1:
            parts[-1][1] = n
        else:
            parts.append([n, n])
    return "+".join(f"{a}-{b}" if a < b else str(a) for a, b in parts)


def bucket_maps(random, count, slots):
    """The attribute of each server, "" for none; now and then a map with a gap or an overlap."""
    total = slots or random.randrange(1, 200)
    if total > 20000 or random.random() < 0.5:
        return [""] * count
    size = random.choice((1, 1 + total // 7, 1 + total // count))
    owned = [[] for _ in range(count)]
    for start in range(0, total, size):
        owned[random.randrange(count)].extend(range(start, min(start + size, total)))
    if random.random() < 0.1:
        numbers = random.choice(owned)
        at = random.randrange(total)
        numbers[:] = sorted({*numbers} ^ {at})
    return [f";buckets={ranges(numbers)}" if numbers else "" for numbers in owned]


def place(random, row, fit, templates):
    """Host or path with name, address and port as the templates of the row want them."""
    paths = row["unix_label"] or row["layout"] not in ("ring", "rendezvous")
    if random.random() < (0.1 if paths and fit else 0.0005):
        host = f"unix:/run/{random.choice('abc')}{random.randrange(50)}.sock"
        return host, random.choice(("", ":0", ":11211"))
    host = random.choice((ipv4, ipv4, ipv6, host_name, host_name))(random)
    wants_address = any(token in templates for token in ("ip}", "[ip]}", "{ip:"))
    if host[0] not in "1[9" and fit and wants_address or random.random() < 0.1:
        host += "/" + random.choice((ipv4, ipv6))(random)
    return host, random.choice(("", ":11211", ":11211", f":{random.randrange(1, 65536)}"))


def servers(random, row):
    """The text of a list; most lists are such that the row takes them."""
    count = list_size(random, row)
    templates = "".join(row[t] for t in ("label", "next_label", "unix_label", "order_by"))
    fit, kind, words = random.random() < 0.95, weight_kind(random, row, count), []
    maps = bucket_maps(random, count, int(row["slots"])) if row["layout"] == "buckets" else ()
    for n in range(count):
        if words and random.random() < 0.01:
            words.append(random.choice(words))
            continue
        host, port = place(random, row, fit, templates)
        given = random.choice(WEIGHTS[kind])
        if given and not (port or host.startswith("unix:")):
            port = ":11211"
        if not given and host.startswith("unix:"):
            port = ""
        word = host + port + (given and f":{given}")
        if fit and "{name}" in templates or random.random() < 0.15:
            word = f"n{random.randrange(1000)}={word}"
        attribute = maps[n] if maps else random.choice(("",) * 30 + (";zone=a",))
        words.append(word + attribute)
    return random.choice((" ", " ", " ", "\n", "\t ")).join(words)


# ---- Keys

PRINTABLE = bytes(range(0x21, 0x7F))
CHARACTERS = [chr(c) for span in ((0x21, 0x7F), (0xA1, 0x800), (0x800, 0xD800), (0xE000, 0x10000),
                                  (0x10000, 0x110000))
              for c in range(span[0], span[1], max(1, (span[1] - span[0]) // 60))]


def utf8(random, count):
    """Characters of one to four bytes."""
    return "".join(random.choices(CHARACTERS, k=count)).encode()


def ascii_text(random, count):
    return bytes(random.choices(PRINTABLE, k=count))


ODD_KEYS = (b"", b"a b", b"a\n", b"\0", b"a\x7f", b"a\x85", b"-", b"%41", b"\xff\xfe", b"\xc0\x80",
            b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", "\ufeffk".encode(),
            b"z37384", b"z63051", b"z118415",  # crc of 0
            b"k" * 249, b"k" * 250, b"k" * 251, b"k" * 900, b"k" * 1024, b"k" * 1025,
            "ü".encode() * 125, "ü".encode() * 126, "ü".encode() * 212, "😀".encode() * 126,
            "ü".encode() * 251, b"k" * 211 + "ü".encode() * 40, b"k" * 30,
            b"\xfc" * 250, b"\xfc" * 251, b" " * 90, b"a'b", b'a"b', b"a'b\"c", b"\\\t\r\n",
            b"~*-._ +",
            b"/a/b/c", b"/a/b/", b"/a/b", b"//", b"///", b"/a//b/c", b"a/b/c/d", b"0", b"00",
            b"18446744073709551615", b"18446744073709551616", b"99999999999999999999999")


def odd_for(random, row):
    """A key with what the row looks for in keys."""
    tag, stop = (unquote_to_bytes(row[column]) for column in ("tag", "stop"))
    parts = [b"k", b"user:", b"/a/b/", b"", "é".encode(), stop, stop, tag[:1], tag[1:], tag, b"1"]
    return b"".join(random.choices(parts, k=random.randrange(1, 7)))


def one_key(random, row, known):
    kind = random.random()
    if kind < 0.3:
        return f"user:{random.randrange(1 << 30)}".encode()
    if kind < 0.42:
        return ascii_text(random, random.randrange(1, 41))
    if kind < 0.5:
        return str(random.randrange(1 << random.randrange(1, 80))).encode()
    if kind < 0.6:
        return utf8(random, random.randrange(1, 20))
    if kind < 0.68:
        return random.randbytes(random.randrange(1, 30))
    if kind < 0.73:
        return random.choice((utf8, ascii_text))(random, random.randrange(180, 270))
    if kind < 0.81:
        return random.choice(ODD_KEYS)
    if kind < 0.88:
        return odd_for(random, row)
    return random.choice(known) if known else b"l%d" % random.randrange(1 << 20)


def keys(random, ring, count):
    """Distinct keys; those that are labels of the ring hit its points exactly where one hash
    makes both. "key" and "1" are keys that nearly every row takes."""
    known = [owner[0][2] for owner in ring.layout.owners] if ring.row["layout"] == "ring" else []
    found = {b"key", b"1"}
    while len(found) < count:
        found.add(one_key(random, ring.row, known))
    ordered = sorted(found)
    random.shuffle(ordered)
    return ordered
