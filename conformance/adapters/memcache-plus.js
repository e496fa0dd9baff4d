'use strict';
// memcache-plus. usage: memcache-plus.js default
const { Skip, serve } = require('./common/adapter.js');
const MemcachePlus = require('memcache-plus');

const nowhere = new MemcachePlus({ hosts: [], disabled: true });
let list, client;
serve({
  servers(servers) {
    if (servers.some((s) => s.weight !== null || s.path || s.host.includes(':'))) {
      throw new Skip('weights, IPv6 and unix sockets');
    }
    list = servers.map((s) => s.place());
    client = new MemcachePlus({ hosts: list, onNetError() {} });
  },
  locate(key) { // the ring takes any key; each operation checks it first
    nowhere.get(key);
    return list.indexOf(client.ring.get(key));
  },
  set: (key, value) => client.set(key, value),
  get: (key) => client.get(key),
  many: (keys) => client.getMulti(keys),
  store: (key, value) => client.set(key, value),
  fetch: async (key) => await client.get(key) ?? undefined, // null for a miss, and for a null
}, 'memcache-plus', require('memcache-plus/package.json').version);
