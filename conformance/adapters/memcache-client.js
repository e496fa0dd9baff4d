'use strict';
// memcache-client, which knows one server. usage: memcache-client.js default
const { Skip, sendable, serve } = require('./common/adapter.js');
const { MemcacheClient } = require('memcache-client');

let client;
const get = async (key) => (await client.get(sendable(key)))?.value;

serve({
  servers([server, ...more]) {
    if (more.length || server.weight !== null || server.path || server.host.includes(':')) {
      throw new Skip('more than one server, weights, IPv6 and unix sockets');
    }
    if (client) client.shutdown();
    client = new MemcacheClient({ server: `${server.host}:${server.port ?? 11211}` });
  },
  set: (key, value) => client.set(sendable(key), value),
  get,
  async many(keys) {
    const found = await client.get(keys.map((key) => sendable(key)));
    return Object.fromEntries(Object.entries(found).map(([key, item]) => [key, item?.value]));
  },
  store: (key, value) => client.set(sendable(key), value),
  fetch: get,
}, 'memcache-client', require('memcache-client/package.json').version);
