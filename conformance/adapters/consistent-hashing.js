'use strict';
// consistent-hashing, a ring without a client: keys go over plain connections.
// usage: consistent-hashing.js default
const { Links, Skip, sendable, serve } = require('./common/adapter.js');
const ConsistentHashing = require('consistent-hashing');

let list, ring, links;
serve({
  servers(servers) {
    if (servers.some((s) => s.weight !== null)) throw new Skip('weights');
    list = servers.map((s) => s.place());
    // Of a ring with points of the same value it searches only a part.
    if (new Set(list).size < list.length) throw new Skip('equal servers');
    ring = new ConsistentHashing(list);
    links = new Links(servers);
  },
  locate: (key) => list.indexOf(ring.getNode(sendable(key))),
  set(key, value) { return links.set(this.locate(key), key, value); },
  get(key) { return links.get(this.locate(key), key); },
}, 'consistent-hashing', require('consistent-hashing/package.json').version);
