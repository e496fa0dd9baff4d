<?php
// The line protocol of tests/bench/c/serve.h, for PHP. A way takes (keys, servers, profile) and
// gives [work, indexes]: work() locates all keys once, indexes() tells where they went.

const KEY_SIZE = 20;
const KEYS_IN_ARRAY = 1000;

function server(int $i): string {
  return '10.' . ($i >> 16 & 255) . '.' . ($i >> 8 & 255) . '.' . ($i & 255);
}

function cpu_nanoseconds(): float {
  $used = getrusage();
  return 1e9 * ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec'])
    + 1e3 * ($used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']);
}

/** CPU nanoseconds of all passes, one unmeasured pass first. */
function measure(Closure $work, int $passes): float {
  $work();
  $start = cpu_nanoseconds();
  for ($pass = 0; $pass < $passes; $pass++) {
    $work();
  }
  return cpu_nanoseconds() - $start;
}

function answer(string $line, array $ways, array $allKeys): string {
  [$job, $way, $servers, $count, $passes, $profile] = explode(' ', $line);
  if ($job !== 'locate' || !isset($ways[$way])) {
    return 'skip not something it does';
  }
  $keys = array_slice($allKeys, 0, (int) $count);
  [$work, $indexes] = $ways[$way]($keys, array_map(server(...), range(0, $servers - 1)), $profile);
  $each = measure($work, (int) $passes) / (count($keys) * $passes);
  return sprintf('%.3f %d', $each, array_sum($indexes()));
}

function serve(string $name, array $ways): void {
  global $argv;
  $keys = str_split(file_get_contents($argv[1]), KEY_SIZE);
  echo "$name, PHP ", PHP_VERSION, "\n";
  while (($line = fgets(STDIN)) !== false) {
    echo answer(rtrim($line), $ways, $keys), "\n";
  }
}
