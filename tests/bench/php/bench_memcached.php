<?php
// php-memcached. usage: bench_memcached.php KEYS_FILE
require __DIR__ . '/serve.php';

function one(array $keys, array $servers, string $profile): array {
  $client = new Memcached();
  $client->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
  $client->addServers(array_map(fn ($server) => [$server, 11211], $servers));
  $work = function () use ($client, $keys) {
    foreach ($keys as $key) {
      $client->getServerByKey($key);
    }
  };
  $index = array_flip($servers);
  return [$work, fn () => array_map(fn ($key) => $index[$client->getServerByKey($key)['host']],
    $keys)];
}

function connect(array $servers, string $profile): array {
  $client = new Memcached();
  $client->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
  $client->setOption(Memcached::OPT_TCP_NODELAY, true);
  $client->setOption(Memcached::OPT_COMPRESSION, false);
  $client->addServers(array_map(fn ($server) => str_starts_with($server, 'unix:')
    ? [substr($server, 5), 0] : [strtok($server, ':'), (int) strtok('')], $servers));
  $setMany = fn (array $items) => $client->setMulti($items) ? count($items) : 0; // all, or not
  return [$client->get(...), $client->set(...), $client->getMulti(...), $setMany];
}

serve('php-memcached ' . phpversion('memcached'), ['one' => one(...)], connect(...));
