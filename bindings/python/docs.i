/* The docstrings. The first line of each is the signature, which inspect.signature reads. */

%feature("docstring") handle
"Ring(servers, profile='libmemcached/ketama-weighted')
--

Says on which server a key lives, as the client that the profile names would.

servers is one text with blanks between the servers, or a sequence of texts, a server each:
[name=]place[:weight][;attribute=value]..., place being host[/address][:port] or unix:path.
profile is a name out of Ring.profiles(), or its alias, and overrides of single columns after
it: 'libmemcached/modula,hash=crc'.

A text is a str, which stands for its UTF-8 bytes, or a bytes-like object. A Ring never changes:
any number of threads may use it. len(ring) is the number of its servers.

Raises InvalidServersError, InvalidProfileError or InvalidArgumentError, which say what is wrong
and where.";

%feature("docstring") handle::locate
"locate($self, key, /)
--

The server of the key, as it was spelled: always the same str object for one server.

Raises InvalidKeyError for a key that the profile's client refuses.";

%feature("docstring") handle::locate_many
"locate_many($self, keys, /)
--

The servers of a sequence of keys, in their order; None for a key that the profile's client
refuses.";

%feature("docstring") handle::locate_indexes
"locate_indexes($self, keys, /)
--

The same as indexes into the list of servers; -1 for a key that the profile's client refuses.";

%feature("docstring") handle::explain
"explain($self, key, /)
--

How the key comes to its server: a Placement.

Raises InvalidKeyError for a key that the profile's client refuses.";

%feature("docstring") handle::fingerprint
"fingerprint($self, /)
--

A digest of where the ring places keys, and of nothing else: rings of the same fingerprint place
every key alike, in whatever words their profiles and servers are written.";

%feature("docstring") handle::plan
"plan($self, /, other, sample=0)
--

What moves if this ring is replaced by another one: a Plan.

It is exact where both rings hash the same text alike and are rings or lists of slots; else it
comes from a sample of keys, always the same: so many, or a million for 0.

Raises InvalidKeyError if every key of the sample is refused.";

%feature("docstring") handle::with_server
"with_server($self, server, /)
--

A new Ring with one server more, behind the others.

Raises InvalidServersError as the constructor does.";

%feature("docstring") handle::without_server
"without_server($self, server, /)
--

A new Ring with one server less: that of an index, or (str) the one which is spelled so in servers.

Raises InvalidArgumentError if there is no such server, more than one, or none would be left.";

%feature("docstring") handle::profiles
"profiles()
--

The names of all profiles.";

%feature("docstring") document
"Topology(servers, profile='libmemcached/ketama-weighted', epoch=0)
--

What the programs of one pool must agree on: profile, servers, settings, and an epoch, which
counts its versions.

servers and profile are those of Ring; no two servers have the same name. Topology.parse reads
the JSON document that text() writes, which can have settings too. A Topology never changes: any
number of threads may use it. Topologies are equal if their canonical texts are.

Raises InvalidServersError, InvalidProfileError or InvalidArgumentError.";

%feature("docstring") document::parse
"parse(text, /)
--

Reads a topology, a JSON document.

Raises InvalidTopologyError, InvalidServersError, InvalidProfileError or InvalidArgumentError; the
text begins with line and column, and position is the offset of the offence. Where the library was
built without JSON, it is InvalidArgumentError with the status 'NOT_SUPPORTED'.";

%feature("docstring") document::text
"text($self, /)
--

The canonical text: a JSON document that makes an equal topology.";

%feature("docstring") document::digest
"digest($self, /)
--

The SHA-256 of the canonical text, in hexadecimal.";

%feature("docstring") document::ring
"ring($self, /)
--

The Ring of this topology. Server i of the one is server i of the other.

Raises InvalidServersError if the profile's client does not take these servers.";

%feature("docstring") document::with_servers
"with_servers($self, servers, /)
--

A new Topology with other servers and the next epoch; profile and settings stay.";

%feature("docstring") document::move_bucket
"move_bucket($self, /, bucket, server)
--

A new Topology, of the next epoch, in which a bucket belongs to another server: a name, or else a
place as in servers. It is for profiles of the layout buckets; no other keys move.

Raises InvalidArgumentError for another layout, or if there is no such bucket or server.";

%feature("docstring") document::diff
"diff($self, other, /)
--

What changes from this topology to another one: a list of Change, ordered by kind.";
