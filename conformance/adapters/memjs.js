'use strict';
// memjs. usage: memjs.js default
const { Skip, sendable, serve } = require('./common/adapter.js');
const { Client } = require('memjs');

const NONE = /[]/; // it speaks the binary protocol, which takes every byte
let client;

function checked(key) {
  if (!key) throw new Error('an empty key, for which the server hangs up');
  return sendable(key, NONE);
}

serve({
  servers(servers) {
    if (servers.some((s) => s.weight !== null || s.path || s.host.includes(':'))) {
      throw new Skip('weights, IPv6 and unix sockets');
    }
    client = Client.create(servers.map((s) => s.place()).join(), { logger: { log() {} } });
  },
  locate: (key) => client.servers.indexOf(client.server(sendable(key, NONE))),
  set: (key, value) => client.set(key, value),
  async get(key) {
    const { value } = await client.get(checked(key));
    return value && value.toString();
  },
  types: ['bytes', 'text'],
  store: (key, value) => client.set(key, value),
  fetch: async (key) => (await client.get(checked(key))).value || undefined,
}, 'memjs', require('memjs/package.json').version);
