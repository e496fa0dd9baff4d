'use strict';
// ketama, a ring without a client: keys go over plain connections. usage: npm-ketama.js default
const { Links, Skip, sendable, serve } = require('./common/adapter.js');
const { HashRing } = require('ketama');

let list, ring, links;
serve({
  servers(servers) {
    list = servers.map((s) => s.place());
    const weighted = servers.some((s) => s.weight !== null);
    if (weighted && new Set(list).size < list.length) throw new Skip('weights of equal servers');
    ring = new HashRing(servers.map(
      (s, i) => (s.weight === null ? list[i] : { node: list[i], weight: s.weight })));
    links = new Links(servers);
  },
  locate: (key) => list.indexOf(ring.getNode(sendable(key))),
  set(key, value) { return links.set(this.locate(key), key, value); },
  get(key) { return links.get(this.locate(key), key); },
}, 'npm-ketama', require('ketama/package.json').version);
