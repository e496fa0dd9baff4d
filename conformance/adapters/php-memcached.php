<?php
// php-memcached. usage: php-memcached.php default|libketama-compatible
require __DIR__ . '/common/adapter.php';

final class Client {
  private Memcached $client;
  private Memcached $nowhere;

  public function servers(array $servers): void {
    global $argv;
    $this->client = new Memcached();
    $this->nowhere = new Memcached();
    if ($argv[1] === 'libketama-compatible') {
      $this->client->setOption(Memcached::OPT_LIBKETAMA_COMPATIBLE, true);
    }
    foreach ($servers as $s) {
      $port = $s->port ?? ($s->path === '' ? 11211 : 0);
      $place = $s->path === '' ? $s->host : $s->path;
      if (!$this->client->addServer($place, $port, $s->wholeWeight(0))) {
        throw new Skip($this->client->getResultMessage());
      }
    }
  }

  public function locate(string $key): int {
    // getServerByKey() takes keys that no operation takes; a client without servers shows it.
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
    if (!$this->client->set($key, $value)) {
      throw new RuntimeException($this->client->getResultMessage());
    }
  }

  public function get(string $key): ?string {
    $value = $this->client->get($key);
    return $value === false ? null : $value;
  }
}

// The extension's own constant says 1.0.18.
$version = FFI::cdef('const char *memcached_lib_version(void);', 'libmemcached.so.11');
$library = 'library=libmemcached-' . $version->memcached_lib_version();
serve(new Client(), 'php-memcached', phpversion('memcached'), $library);
