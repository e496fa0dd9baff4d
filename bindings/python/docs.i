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

%feature("docstring") handle::profiles
"profiles()
--

The names of all profiles.";
