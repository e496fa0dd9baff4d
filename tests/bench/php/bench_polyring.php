<?php
// Polyring from PHP. usage: bench_polyring.php KEYS_FILE
require __DIR__ . '/serve.php';

function ring_of(array $servers, string $profile): Polyring\Ring {
  return new Polyring\Ring(array_map(fn ($server) => "$server:11211", $servers), $profile);
}

function one(array $keys, array $servers, string $profile): array {
  $ring = ring_of($servers, $profile);
  $work = function () use ($ring, $keys) {
    foreach ($keys as $key) {
      $ring->locate($key);
    }
  };
  $index = array_flip($ring->servers());
  return [$work, fn () => array_map(fn ($key) => $index[$ring->locate($key)], $keys)];
}

function many(array $keys, array $servers, string $profile): array {
  $ring = ring_of($servers, $profile);
  $arrays = array_chunk($keys, KEYS_IN_ARRAY);
  $work = function () use ($ring, $arrays) {
    foreach ($arrays as $array) {
      $ring->locateMany($array);
    }
  };
  $index = array_flip($ring->servers());
  return [$work, fn () => array_map(fn ($server) => $index[$server],
    array_merge(...array_map($ring->locateMany(...), $arrays)))];
}

function indexes(array $keys, array $servers, string $profile): array {
  $ring = ring_of($servers, $profile);
  $arrays = array_chunk($keys, KEYS_IN_ARRAY);
  $work = function () use ($ring, $arrays) {
    foreach ($arrays as $array) {
      $ring->locateIndexes($array);
    }
  };
  return [$work, fn () => array_merge(...array_map($ring->locateIndexes(...), $arrays))];
}

function connect(array $servers, string $profile): array {
  $client = new Polyring\Client($servers, profile: $profile, timeout: 10);
  $setMany = function (array $items) use ($client) {
    $stored = 0;
    foreach ($client->setMany($items) as $outcome) {
      if ($outcome === Polyring\Outcome::Ok) {
        $stored++;
      }
    }
    return $stored;
  };
  return [$client->get(...), $client->set(...), $client->getMany(...), $setMany];
}

serve('polyring ' . phpversion('polyring'),
  ['one' => one(...), 'many' => many(...), 'indexes' => indexes(...)], connect(...));
