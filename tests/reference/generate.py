"""Random profiles, lists of servers and keys for the property test: mostly fit, sometimes not."""

TEMPLATES = ("{host}-{i}", "{host}:{port}-{i}", "{[host]}{:port!11211}:{i}", "{ip}:{port}-{i}",
             "{name}-{i}", "{host/ip}:{port}-{i}", "{i}/{host}{nul}{port}", "{host}{prev:le}",
             "{host}", "{host}:{port}-{key}", "{key}{name}")
TEXTS = {
    "refuse": ("", "00-20+7f", "80-ff", "41+61-7a"),
    "no_port": ("", "11211", "0", "80", "None"),
    "label": TEMPLATES,
    "unix_label": ("",) + TEMPLATES,
    "words": ("1", "2", "3", "4", "5"),
    "points": ("0", "1", "7", "40", "150", "160", "163"),
    "heavy": ("", "search=floor", "equal=last;weights=ignored", "weights=share_double;points=200",
              "hash=fnv1a_32;sign=yes", "layout=modulo", "text=low8"),
}
# Columns that need each other: a random single override would rarely get there.
GROUPS = ("point_hash={hash},words=1", "hash={hash},point_hash=same,words=1",
          "weights={weights},fractions=no", "weights=times,fractions=yes",
          "hash={hash},sign=yes", "text={text},hash={hash}", "words=5,point_hash=sha1",
          "point_hash=same,words=1,points=600,hash=crc,equal={equal}",
          "layout=rendezvous,label={{name}}|{{key}},unix_label={{key}}{{host}}",
          "layout=rendezvous,label={{host}}{{key}},hash=crc,equal={equal}",
          "layout=ring,label={{host}}:{{port}}-{{i}},points=80,words=1,weights={weights}",
          "duplicates={duplicates},equal={equal}", "weights=repeat,zero_weight={zero_weight}")


def profile(random, table):
    """The text of a row, with overrides in three cases of four."""
    name = random.choice(sorted(table.rows))
    kind = random.random()
    if kind < 0.25:
        return name
    if kind < 0.75:
        column = random.choice(sorted(table.choices))
        return f"{name},{column}={random.choice(table.choices[column] or TEXTS[column])}"
    choices = {column: random.choice(values) for column, values in table.choices.items() if values}
    return f"{name},{random.choice(GROUPS).format(**choices)}"


def ipv4(random):
    return f"10.{random.randrange(4)}.{random.randrange(3)}.{random.randrange(1, 255)}"


def ipv6(random):
    return random.choice(("[::1]", "[fe80::1%25eth0]", "[2001:db8::{:x}]", "[2001:DB8:0:0::A:{:x}]",
                          "[fd00:1:2:3:4:5:6:{:04x}]")).format(random.randrange(1, 65536))


def host_name(random):
    return random.choice(("mc{}", "cache-{}.example", "{}.b.example.", "MC{}", "k%C3%BC{}",
                          "a%3A{}", "x_{}~")).format(random.randrange(400))


def weight(random, kind, large):
    if kind == "mixed":
        return random.choice(("", "", "0", "1", "2"))
    if kind == "small":
        return str(random.randrange(1, 8))
    if kind == "zeros":
        return random.choice(("0", "1", "3"))
    if kind == "large":
        return str(random.randrange(*((1, 1025) if large else (1 << 26, 1 << 32))))
    if kind == "fractions":
        return random.choice(("0.5", "1", "1.25", "2.0", "3.007", "0.0", "0.0001"))
    return {"none": "", "ones": "1", "nothing": "0"}[kind]


def servers(random, row):
    """The text of a list; most lists are such that the row takes them."""
    count = random.choice((1, 2, 3, 7, 14, 25, 47, 50, 61, 94, random.randrange(1, 61),
                           random.randrange(1, 61), random.randrange(2, 11)))
    if random.random() < 0.02:
        count = random.randrange(100, 400)
    template, paths = row["label"], row["unix_label"] or row["layout"] == "modulo"
    shares = "share" in row["weights"] + row["heavy"]
    kinds = ["none", "none", "ones", "small", "small", "zeros", "mixed"]
    kinds += ["large"] if shares or count < 5 else []
    kind = random.choice(kinds)
    # The specification does not say how often half a server is repeated.
    share = 0.5 if row["fractions"] == "yes" else 0.03
    if row["weights"] != "repeat" and random.random() < share:
        kind = "fractions"
    if random.random() < 0.01:
        kind = "nothing"
    plain = random.random() < 0.3
    fit, words = random.random() < 0.95, []
    for _ in range(count):
        if words and random.random() < 0.01:
            words.append(random.choice(words))
            continue
        if plain:
            host = ipv4(random)
        else:
            host = random.choice((ipv4, ipv4, ipv6, host_name, host_name))(random)
            named = host[0] not in "1["
            if named and fit and "ip}" in template or random.random() < 0.1:
                host += "/" + random.choice((ipv4, ipv6))(random)
        given = weight(random, kind, shares)
        port = random.choice(("", ":11211", ":11211", f":{random.randrange(1, 65536)}"))
        if not plain and random.random() < (0.1 if paths else 0.0005):
            host = f"unix:/run/{random.choice('abc')}{random.randrange(50)}.sock"
            port = random.choice((":0", ":11211")) if given and random.random() < 0.3 else ""
        elif given and not port:
            port = ":11211"
        word = host + port + (given and f":{given}")
        if fit and "{name}" in template + row["unix_label"] or random.random() < 0.05:
            word = f"n{random.randrange(1000)}={word}"
        words.append(word + random.choice(("",) * 30 + (";zone=a",)))
    return random.choice((" ", " ", " ", "\n", "\t ")).join(words)


def utf8(random, count):
    """Characters of one to four bytes."""
    spans = ((0x21, 0x7F), (0xA1, 0x800), (0x800, 0xD800), (0xE000, 0x10000), (0x10000, 0x110000))
    return "".join(chr(random.randrange(*random.choice(spans))) for _ in range(count)).encode()


def ascii_text(random, count):
    return bytes(random.randrange(0x21, 0x7F) for _ in range(count))


ODD_KEYS = (b"", b"a b", b"a\n", b"\0", b"a\x7f", b"a\x85", b"-", b"%41", b"\xff\xfe", b"\xc0\x80",
            b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", "\ufeffk".encode(),
            b"z37384", b"z63051", b"z118415",  # crc of 0
            b"k" * 249, b"k" * 250, b"k" * 251, b"k" * 900,
            "ü".encode() * 125, "ü".encode() * 126, "ü".encode() * 212,
            "ü".encode() * 251, b"k" * 211 + "ü".encode() * 40,
            b"\xfc" * 250, b"\xfc" * 251)


def keys(random, ring, count):
    """Distinct keys; those that are labels of the ring hit its points exactly where one hash
    makes both. "key" is a key that every row takes."""
    found = {b"key"}
    owners = getattr(ring, "owners", ())
    while len(found) < count:
        kind = random.random()
        if kind < 0.3:
            found.add(f"user:{random.randrange(1 << 30)}".encode())
        elif kind < 0.5:
            found.add(ascii_text(random, random.randrange(1, 41)))
        elif kind < 0.6:
            found.add(utf8(random, random.randrange(1, 20)))
        elif kind < 0.7:
            found.add(random.randbytes(random.randrange(1, 30)))
        elif kind < 0.75:
            found.add(random.choice((utf8, ascii_text))(random, random.randrange(200, 270)))
        elif kind < 0.85:
            found.add(random.choice(ODD_KEYS))
        elif owners:
            found.add(random.choice(owners)[0][2])
    return sorted(found)
