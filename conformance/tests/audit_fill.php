<?php
// Fills servers by php-memcached, many keys at a time, for tests/audit.py.
// usage: audit_fill.php HOST:PORT...
// Lines "default|libketama-compatible|consistent PREFIX FROM COUNT text|number" on standard input;
// each is answered "ok COUNT" once the servers have all of it.
function client(string $configuration, array $servers): Memcached {
  $client = new Memcached();
  if ($configuration === 'libketama-compatible') {
    $client->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
  }
  if ($configuration === 'consistent') {
    $client->setOption(Memcached::OPT_DISTRIBUTION, Memcached::DISTRIBUTION_CONSISTENT);
  }
  foreach ($servers as $server) {
    [$host, $port] = explode(':', $server);
    $client->addServer($host, (int) $port);
  }
  return $client;
}

$clients = [];
while (($line = fgets(STDIN)) !== false) {
  [$configuration, $prefix, $from, $count, $kind] = explode(' ', trim($line));
  $client = $clients[$configuration] ??= client($configuration, array_slice($argv, 1));
  // Without replies it is six times as fast. (OPT_BUFFER_WRITES is faster still, and loses keys.)
  $client->setOption(Memcached::OPT_NOREPLY, true);
  $done = 0;
  for ($i = (int) $from; $i < $from + $count; $i++) {
    $done += $client->set("$prefix$i", $kind === 'number' ? $i : "value of $i");
  }
  $client->setOption(Memcached::OPT_NOREPLY, false);
  $client->getVersion(); // which each server answers behind all of it
  echo "ok $done\n";
}
