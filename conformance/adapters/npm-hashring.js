'use strict';
// hashring, a ring without a client: keys go over plain connections.
// usage: npm-hashring.js default|vnode-100
const { Links, Skip, sendable, serve } = require('./common/adapter.js');
const HashRing = require('hashring');

const settings = process.argv[2] === 'vnode-100' ? { 'vnode count': 100 } : {};

let list, ring, links;
serve({
  takes: ['vnodes'],
  servers(servers) {
    list = servers.map((s) => s.place());
    const options = {};
    servers.forEach((s, i) => {
      options[list[i]] = { weight: s.weight === null ? 1 : s.weight };
      if (s.attributes.vnodes) options[list[i]].vnodes = Number(s.attributes.vnodes);
    });
    const plain = servers.every((s) => s.weight === null && !s.attributes.vnodes);
    if (!plain && new Set(list).size < list.length) throw new Skip('weights of equal servers');
    ring = new HashRing(plain ? list : options, 'md5', settings);
    links = new Links(servers);
  },
  locate: (key) => list.indexOf(ring.get(sendable(key))),
  set(key, value) { return links.set(this.locate(key), key, value); },
  get(key) { return links.get(this.locate(key), key); },
}, 'npm-hashring', require('hashring/package.json').version);
