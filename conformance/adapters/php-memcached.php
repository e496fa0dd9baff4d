<?php
// php-memcached. usage: php-memcached.php default|libketama-compatible [OPTION=VALUE ...]
// The options are set in their order, in the extension's spelling without OPT_ (HASH=CRC,
// DISTRIBUTION=CONSISTENT, PREFIX_KEY=app). Among them "servers" stands for the servers, added one
// by one, "servers-list" for all at once; without either, "servers" comes last.
require __DIR__ . '/common/adapter.php';

final class Client {
  private Memcached $client;
  private Memcached $nowhere;
  private array $list;

  public function servers(array $servers): void {
    global $argv;
    $this->list = array_map($this->spell(...), $servers);
    $words = array_slice($argv, 2);
    if ($argv[1] === 'libketama-compatible') {
      array_unshift($words, 'LIBKETAMA_COMPATIBLE=1');
    }
    if (!array_intersect(['servers', 'servers-list'], $words)) {
      $words[] = 'servers';
    }
    $this->client = new Memcached();
    $this->nowhere = new Memcached();
    foreach ($words as $word) {
      if (!$this->configure($word, $this->list)) {
        throw new Skip("$word: " . $this->client->getResultMessage());
      }
    }
  }

  private function spell(Server $s): array {
    $port = $s->port ?? ($s->path === '' ? 11211 : 0);
    return [$s->path === '' ? $s->host : $s->path, $port, $s->wholeWeight(0)];
  }

  private function configure(string $word, array $servers): bool {
    if ($word === 'servers-list') {
      return $this->client->addServers($servers);
    }
    foreach ($word === 'servers' ? $servers : [] as $server) {
      if (!$this->client->addServer(...$server)) {
        return false;
      }
    }
    if ($word === 'servers') {
      return true;
    }
    [$option, $value] = explode('=', $word, 2);
    $constant = "Memcached::{$option}_$value";
    return $this->client->setOption(constant("Memcached::OPT_$option"),
      defined($constant) ? constant($constant) : (ctype_digit($value) ? (int) $value : $value));
  }

  public function locate(string $key): int {
    if ($this->list !== array_unique($this->list, SORT_REGULAR)) {
      throw new Skip('equal servers, which it does not tell apart');
    }
    // getServerByKey() takes keys that no operation takes; a client without servers shows it.
    if (strlen($this->client->getOption(Memcached::OPT_PREFIX_KEY) . $key) > 250) {
      throw new RuntimeException('too long with its prefix');
    }
    $this->nowhere->get($key);
    if ($this->nowhere->getResultCode() !== Memcached::RES_NO_SERVERS) {
      throw new RuntimeException($this->nowhere->getResultMessage());
    }
    $found = $this->client->getServerByKey($key);
    foreach ($this->client->getServerList() as $i => $server) {
      if ($server['host'] === $found['host'] && $server['port'] === $found['port']) {
        return $i;
      }
    }
    throw new RuntimeException('not in its own list');
  }

  public function set(string $key, string $value): void {
    $this->store($key, $value);
  }

  public function store(string $key, mixed $value): void {
    if (!$this->client->set($key, $value)) {
      $why = $this->client->getResultMessage();
      $this->client->quit(); // or what the server still has to say answers the next request
      throw new RuntimeException($why);
    }
  }

  public function get(string $key): ?string {
    $value = $this->client->get($key);
    return $value === false ? null : $value;
  }

  public function fetch(string $key): mixed {
    $value = $this->client->get($key);
    return match ($this->client->getResultCode()) {
      Memcached::RES_SUCCESS => $value,
      Memcached::RES_NOTFOUND => Nothing::Miss,
      default => throw new RuntimeException($this->client->getResultMessage()),
    };
  }

  public function many(array $keys): array {
    $found = $this->client->getMulti($keys);
    $why = $this->client->getResultMessage();
    return is_array($found) ? $found : throw new RuntimeException($why);
  }
}

// The extension's own constant says 1.0.18.
$version = FFI::cdef('const char *memcached_lib_version(void);', 'libmemcached.so.11');
$library = 'library=libmemcached-' . $version->memcached_lib_version();
serve(new Client(), 'php-memcached', phpversion('memcached'), $library);
