'use strict';
// What the JavaScript adapters share: the protocol polyring-adapter/1 and the server text.
//
// A client is an object with the functions that it can answer: servers(list of Server),
// locate(key): index, set(key, value), get(key): text or null; they may be asynchronous. Keys and
// values are text: bytes that are no UTF-8 are refused. What is thrown becomes "no" ("skip" for a
// list), a Skip "skip". What a list asks for beyond places and weights must be in the client's
// takes, an array of "name" and names of attributes.
const net = require('net');
const readline = require('readline');

class Skip extends Error {}

const bytes = (word) => Buffer.from(
  word.replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const decode = (word) => decoder.decode(bytes(word));
const encode = (text) => Buffer.from(text).toString('latin1').replace(/[^A-Za-z0-9._~-]/g,
  (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'));

class Server {
  constructor(text) {
    const [named, ...attributes] = text.split(';');
    const [, name = '', word] = named.match(/^(?:([^:/[=]*)=)?(.*)$/);
    const unix = word.match(/^unix:([^:]*)(?::(\d+)(?=:))?(?::([\d.]+))?$/);
    const host = word.match(/^(\[.*?\]|[^:/]+)(?:\/(\[.*?\]|[^:]+))?(?::(\d+))?(?::([\d.]+))?$/);
    if (!unix && !host) throw new Skip(`not a server: ${text}`);
    const [port, weight] = (unix || host).slice(-2);
    this.name = decode(name);
    this.attributes = Object.fromEntries(attributes.map((pair) => pair.split('=').map(decode)));
    this.path = unix ? decode(unix[1]) : '';
    this.host = unix ? '' : decode(host[1]).replace(/^\[|\]$/g, '');
    this.ip = unix ? '' : (host[2] || '').replace(/^\[|\]$/g, '');
    this.port = port === undefined ? null : Number(port);
    this.weight = weight === undefined ? null : Number(weight);
  }

  /** As people write it; the port only if the list gives one. */
  place() {
    const host = this.path || (this.host.includes(':') ? `[${this.host}]` : this.host);
    return this.port === null ? host : `${host}:${this.port}`;
  }
}

function parseAll(words, takes) {
  return words.map((word) => {
    const server = new Server(word);
    const asked = Object.keys(server.attributes).concat(server.name ? ['name'] : []);
    const beyond = asked.filter((what) => !takes.includes(what));
    if (beyond.length) throw new Skip(`the ${beyond.join(' and ')} of a server`);
    return server;
  });
}

/** The key, if memcached takes it: for clients that leave it to the server to look. */
function sendable(key, without = /[\0\n ]/) {
  const takes = Buffer.byteLength(key) <= 250 && !without.test(key);
  if (!takes) throw new Error('the server takes no such key');
  return key;
}

/** Plain connections to the servers, for a ring that has no client of its own. */
class Links {
  constructor(servers) {
    this.servers = servers;
    this.sockets = [];
  }

  open(server) { // the ring takes the address beside a name at its word, and so do we
    return server.path ? net.connect(server.path)
      : net.connect(server.port || 11211, server.ip || server.host);
  }

  set(at, key, value) {
    const socket = this.sockets[at] = this.sockets[at] || this.open(this.servers[at]);
    socket.write(`set ${key} 0 0 ${Buffer.byteLength(value)}\r\n${value}\r\n`);
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', (reply) => {
        socket.off('error', reject);
        const stored = reply.toString('latin1') === 'STORED\r\n';
        if (!stored) { // there may be a second line, about the value
          socket.destroy();
          this.sockets[at] = null;
        }
        resolve(stored);
      });
    });
  }
}

async function answer(client, verb, words) {
  if (verb === 'servers') {
    await client.servers(parseAll(words, client.takes || []));
    return 'ok';
  }
  const [key, value] = [words[0] || '', words[1] || ''].map(decode);
  if (verb === 'locate') {
    const at = await client.locate(key);
    if (at < 0) throw new Error('no server');
    return `at ${at}`;
  }
  if (verb === 'set') return await client.set(key, value) === false ? 'no not stored' : 'ok';
  const found = await client.get(key);
  return found === null || found === undefined ? 'miss' : `value ${encode(found)}`;
}

async function serve(client, name, version) {
  console.log = console.error; // some clients print
  const verbs = ['servers', 'locate', 'set', 'get'].filter((verb) => client[verb]);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [verb, ...words] = line.split(' ');
    let reply = `skip ${verb}`;
    if (verb === 'bye') break;
    try {
      if (verb === 'hello') {
        const runtime = `runtime=Node-${process.versions.node}`;
        reply = `hello ${name} ${version} javascript ${verbs.join()} ${runtime}`;
      } else if (verbs.includes(verb)) reply = await answer(client, verb, words);
    } catch (why) { // whatever the client throws: it refuses the key, or the list
      const refusal = verb === 'servers' || why instanceof Skip ? 'skip' : 'no';
      const text = why instanceof Error ? why.message : JSON.stringify(why);
      reply = `${refusal} ${text}`.replace(/[^!-~]+/g, ' ').trim();
    }
    process.stdout.write(`${reply}\n`);
  }
  process.exit(0); // clients keep connections and timers
}

module.exports = { Links, Skip, sendable, serve };
