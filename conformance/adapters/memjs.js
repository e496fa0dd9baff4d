'use strict';
// memjs. usage: memjs.js default
const { Skip, sendable, serve } = require('./common/adapter.js');
const { Client } = require('memjs');

const NONE = /[]/; // it speaks the binary protocol, which takes every byte
let client;
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
    const { value } = await client.get(key);
    return value && value.toString();
  },
}, 'memjs', require('memjs/package.json').version);
