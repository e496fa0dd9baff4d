<?php
// Fills servers by php-memcached, many keys at a time, for tests/audit.py.
// usage: audit_fill.php default|libketama-compatible|consistent HOST:PORT...
// Lines "set|delete PREFIX FROM COUNT text|number" on standard input; each is answered "ok COUNT".
$client = new Memcached();
if ($argv[1] === 'libketama-compatible') {
  $client->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
}
if ($argv[1] === 'consistent') {
  $client->setOption(Memcached::OPT_DISTRIBUTION, Memcached::DISTRIBUTION_CONSISTENT);
}
foreach (array_slice($argv, 2) as $server) {
  [$host, $port] = explode(':', $server);
  $client->addServer($host, (int) $port);
}
// Without replies it is six times as fast. (OPT_BUFFER_WRITES is faster still, and loses some keys.)
$client->setOption(Memcached::OPT_NOREPLY, true);
while (($line = fgets(STDIN)) !== false) {
  [$verb, $prefix, $from, $count, $kind] = explode(' ', trim($line));
  $done = 0;
  for ($i = (int) $from; $i < $from + $count; $i++) {
    if ($verb === 'set') {
      $done += $client->set("$prefix$i", $kind === 'number' ? $i : "value of $i");
    } else {
      $done += $client->delete("$prefix$i");
    }
  }
  $client->setOption(Memcached::OPT_NOREPLY, false);
  $client->getVersion(); // each server has now seen all of it
  $client->setOption(Memcached::OPT_NOREPLY, true);
  echo "ok $done\n";
}
