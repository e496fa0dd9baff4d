<?php
// php-memcache, of PECL. usage: php-memcache.php [NAME=VALUE ...]: its settings without "memcache."
require __DIR__ . '/common/adapter.php';

final class Client {
  private Memcache $client;
  private array $places;

  public function servers(array $servers): void {
    $this->client = new Memcache();
    $this->places = [];
    foreach ($servers as $s) {
      if ($s->path !== '' && $s->port !== null) {
        throw new Skip('ports of unix sockets');
      }
      $host = str_contains($s->host, ':') ? "[$s->host]" : $s->host;
      $place = $s->path === '' ? [$host, $s->port ?? 11211] : ["unix://$s->path", 0];
      $this->client->addServer(...$place, persistent: false, weight: $s->wholeWeight(1));
      $this->places[] = implode(':', $place);
    }
  }

  public function locate(string $key): int {
    if ($this->places !== array_unique($this->places)) {
      throw new Skip('equal servers, which it does not tell apart');
    }
    return array_search($this->client->findServer($key), $this->places, true);
  }

  public function set(string $key, string $value): void {
    $this->store($key, $value);
  }

  public function store(string $key, mixed $value): void {
    if (!$this->client->set($key, $value)) {
      throw new RuntimeException('not stored');
    }
  }

  public function get(string $key): ?string {
    $value = $this->client->get($key);
    return $value === false ? null : $value;
  }

  public function fetch(string $key): mixed {
    $value = $this->client->get($key, $flags);
    return $value === false && $flags === null ? Nothing::Miss : $value;
  }

  public function many(array $keys): array {
    $found = $this->client->get($keys);
    $prefix = ini_get('memcache.prefix_static_key'); // which is part of the keys that come back
    $keys = array_map(fn ($key) => substr($key, strlen($prefix)), array_keys($found));
    return array_combine($keys, $found);
  }
}

// A refusal is but a warning; what PHP 8.2 thinks of the extension's own code is none.
error_reporting(E_ALL & ~E_DEPRECATED);
set_error_handler(function (int $level, string $message) {
  throw new RuntimeException($message);
}, E_WARNING | E_NOTICE);
foreach (array_slice($argv, 1) as $setting) {
  [$name, $value] = explode('=', $setting, 2);
  if (ini_set("memcache.$name", $value) === false) {
    throw new RuntimeException("not a setting: $setting");
  }
}
serve(new Client(), 'php-memcache', phpversion('memcache'));
