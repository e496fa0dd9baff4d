'use strict';
// mc. usage: mc.js default
const { Skip, sendable, serve } = require('./common/adapter.js');
const { promisify } = require('util');
const mc = require('mc');

let list, client, connected;

// A key that it should have refused leaves an answer too many on the connection.
async function afresh() {
  if (connected) client.disconnect();
  client = new mc.Client(list);
  connected = false;
}

async function call(operation, ...words) {
  if (!connected) await new Promise((resolve) => client.connect(resolve));
  connected = true;
  try {
    return await promisify(client[operation].bind(client))(...words);
  } catch (why) {
    if (why.type !== 'NOT_FOUND') await afresh();
    throw why;
  }
}

serve({
  servers(servers) {
    if (servers.some((s) => s.weight !== null || s.path || s.host.includes(':'))) {
      throw new Skip('weights, IPv6 and unix sockets');
    }
    list = servers.map((s) => s.place());
    return afresh();
  },
  locate: (key) => client.strategy(sendable(key), list.length),
  async set(key, value) {
    const reply = await call('set', key, value, {});
    if (reply === 'STORED') return;
    await afresh();
    throw new Error(reply);
  },
  get: (key) => call('get', key).then((found) => found[key],
    (why) => { if (why.type === 'NOT_FOUND') return null; throw why; }),
}, 'mc', require('mc/package.json').version);
