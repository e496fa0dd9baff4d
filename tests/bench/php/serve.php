<?php
// The line protocol of tests/bench/c/serve.h, for PHP. A way takes (keys, servers, profile) and
// gives [work, indexes]: work() locates all keys once, indexes() tells where they went. $connect
// takes (servers, profile) and gives a client's functions [get, set, getMany, setMany]; the last
// gives how many were stored.

const KEY_SIZE = 20;
const KEYS_IN_ARRAY = 1000;
const KEYS_TO_READ = 100;

function server(int $i): string {
  return '10.' . ($i >> 16 & 255) . '.' . ($i >> 8 & 255) . '.' . ($i & 255);
}

function cpu_nanoseconds(): float {
  $used = getrusage();
  return 1e9 * ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec'])
    + 1e3 * ($used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']);
}

/** [nanoseconds of all passes, what the last one gave], one unmeasured pass first. */
function measure(Closure $work, int $passes, Closure $clock): array {
  $work();
  $start = $clock();
  for ($pass = 0; $pass < $passes; $pass++) {
    $last = $work();
  }
  return [$clock() - $start, $last];
}

function value(): string {
  return "\xff" . implode('', array_map(chr(...), range(0, 98)));
}

function job(string $job, array $client, array $keys): ?Closure {
  [$get, $set, $getMany, $setMany] = $client;
  $value = value();
  $lists = array_chunk($keys, KEYS_TO_READ);
  $maps = array_map(fn ($list) => array_fill_keys($list, $value),
    array_chunk($keys, KEYS_IN_ARRAY));
  return match ($job) {
    'get' => function () use ($get, $keys) {
      $size = 0;
      foreach ($keys as $key) {
        $size += strlen($get($key));
      }
      return $size;
    },
    'set' => function () use ($set, $keys, $value) {
      $stored = 0;
      foreach ($keys as $key) {
        if ($set($key, $value)) {
          $stored++;
        }
      }
      return $stored;
    },
    'gets' => function () use ($getMany, $lists) {
      $size = 0;
      foreach ($lists as $list) {
        foreach ($getMany($list) as $found) {
          $size += strlen($found);
        }
      }
      return $size;
    },
    'sets' => function () use ($setMany, $maps) {
      $stored = 0;
      foreach ($maps as $map) {
        $stored += $setMany($map);
      }
      return $stored;
    },
    default => null,
  };
}

/** Every key must be there and stored: a job that loses some is not measured. */
function talk(string $job, string $way, array $client, array $keys, int $passes): string {
  $clock = ['cpu' => cpu_nanoseconds(...), 'wall' => fn () => hrtime(true)][$way] ?? null;
  $work = job($job, $client, $keys);
  if (!$work || !$clock) {
    return 'skip not something it does';
  }
  if (job('sets', $client, $keys)() !== count($keys)) {
    return 'lost keys before the job';
  }
  [$spent, $last] = measure($work, $passes, $clock);
  if ($last !== count($keys) * (str_starts_with($job, 'get') ? strlen(value()) : 1)) {
    return "lost keys: $last";
  }
  return sprintf('%.3f %d', $spent / (count($keys) * $passes), $last);
}

function answer(string $line, array $ways, ?Closure $connect, array $allKeys): string {
  [$job, $way, $servers, $count, $passes, $profile] = explode(' ', $line);
  $keys = array_slice($allKeys, 0, (int) $count);
  if ($connect && $job !== 'locate') {
    return talk($job, $way, $connect(explode(',', $servers), $profile), $keys, (int) $passes);
  }
  if ($job !== 'locate' || !isset($ways[$way])) {
    return 'skip not something it does';
  }
  [$work, $indexes] = $ways[$way]($keys, array_map(server(...), range(0, $servers - 1)), $profile);
  [$spent] = measure($work, (int) $passes, cpu_nanoseconds(...));
  return sprintf('%.3f %d', $spent / (count($keys) * $passes), array_sum($indexes()));
}

function serve(string $name, array $ways, ?Closure $connect = null): void {
  global $argv;
  $keys = str_split(file_get_contents($argv[1]), KEY_SIZE);
  echo "$name, PHP ", PHP_VERSION, "\n";
  while (($line = fgets(STDIN)) !== false) {
    echo answer(rtrim($line), $ways, $connect, $keys), "\n";
  }
}
