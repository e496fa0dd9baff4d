<?php
// Gets and sets without a pause, of php-memcached or Polyring: loop.py says what all loops do.
[, $name, $servers, $seconds, $timeout, $pause] = $argv;
$more = $argv[6] ?? '';
$value = str_repeat('v', 100);

function now(): int
{
    return intdiv(hrtime(true), 1000);
}

if ($name === 'polyring') {
    $client = new Polyring\Client("memcached://$servers/?timeout={$timeout}ms" . ($more === '' ? '' : "&$more"));
    $get = fn($key) => $client->get($key) === null ? 'm' : 'o';
    $store = function ($key) use ($client, $value) {
        $client->set($key, $value);
        return 'o';
    };
} else {
    $client = new Memcached();
    $client->setOptions([
        Memcached::OPT_DISTRIBUTION => Memcached::DISTRIBUTION_CONSISTENT,
        Memcached::OPT_LIBKETAMA_COMPATIBLE => true, Memcached::OPT_TCP_NODELAY => true,
        Memcached::OPT_REMOVE_FAILED_SERVERS => true, Memcached::OPT_SERVER_FAILURE_LIMIT => 2,
        Memcached::OPT_RETRY_TIMEOUT => 1, Memcached::OPT_CONNECT_TIMEOUT => (int) $timeout,
        Memcached::OPT_POLL_TIMEOUT => (int) $timeout, Memcached::OPT_SEND_TIMEOUT => $timeout * 1000,
        Memcached::OPT_RECV_TIMEOUT => $timeout * 1000]);
    $client->addServers(array_map(fn($word) => explode(':', $word), explode(',', $servers)));
    $outcomes = [Memcached::RES_SUCCESS => 'o', Memcached::RES_NOTFOUND => 'm'];
    $said = fn() => $outcomes[$client->getResultCode()] ?? 'f';
    $get = function ($key) use ($client, $said) {
        $client->get($key);
        return $said();
    };
    $store = function ($key) use ($client, $said, $value) {
        $client->set($key, $value);
        return $said();
    };
}
$attempt = function (callable $call, string $key): string {
    try {
        return $call($key);
    } catch (Exception) {
        return 'f';
    }
};
for ($i = 0; $i < 200; $i++) {
    $attempt($store, "key:$i");
}
echo "ready\n";
$calls = [];
for ($end = now() + $seconds * 1e6, $n = 0; now() < $end; $n++) {
    $chance = ($n * 2654435761 & 0xFFFFFFFF) >> 8;
    $start = now();
    $answer = $attempt($chance % 5 ? $get : $store, 'key:' . intdiv($chance, 5) % 200);
    $calls[] = [$start, now() - $start, $answer];
    if ($pause > 0) {
        usleep($pause * 1000);
    }
}
foreach ($calls as $call) {
    echo implode(' ', $call), "\n";
}
