<?php
// Polyring's PHP binding, and one plain "set" to where it points. usage: polyring.php PROFILE
require __DIR__ . '/common/adapter.php';

final class Client {
  private Polyring\Ring $ring;
  private array $servers;
  private array $links;

  public function servers(array $servers): void {
    global $argv;
    $this->ring = new Polyring\Ring(array_column($servers, 'text'), profile: $argv[1]);
    $this->servers = $servers;
    $this->links = [];
  }

  public function locate(string $key): int {
    return $this->ring->explain($key)->index;
  }

  public function set(string $key, string $value): void {
    $place = $this->ring->explain($key);
    $link = $this->links[$place->index] ??= $this->servers[$place->index]->open();
    fwrite($link, "set $place->sentKey 0 0 " . strlen($value) . "\r\n$value\r\n");
    $reply = fgets($link);
    if ($reply !== "STORED\r\n") {
      throw new RuntimeException((string) $reply);
    }
  }
}

serve(new Client(), 'polyring-php', phpversion('polyring'));
