<?php
// php-memcached or Polyring, doing what it is told: caller.py says what all callers do.
[, $name, $servers, $timeout] = $argv;
$settings = [];
foreach (array_slice($argv, 4) as $word) {
    [$setting, $value] = explode('=', $word, 2);
    $settings[$setting] = $value;
}

function now(): int
{
    return intdiv(hrtime(true), 1000);
}

final class OfPolyring
{
    public const VERSION = 'here';
    public array $events = [];
    private Polyring\Client $client;

    public function __construct(string $servers, int $timeout, array $settings)
    {
        $more = implode('', array_map(fn($name) => "&$name={$settings[$name]}", array_keys($settings)));
        $this->client = new Polyring\Client("memcached://$servers/?timeout={$timeout}ms$more");
    }

    private function attempt(callable $call): array
    {
        try {
            $found = $call();
            return [$found === null ? 'm' : 'o', $found];
        } catch (Polyring\UnavailableException) {
            return ['n', null];
        } catch (Polyring\PolyringException) {
            return ['f', null];
        }
    }

    public function get(string $key): array
    {
        return $this->attempt(fn() => $this->client->get($key));
    }

    public function set(string $key, string $value): array
    {
        return $this->attempt(fn() => $this->client->set($key, $value) ?? true);
    }

    public function listen(): void
    {
        foreach ($this->client->events() as $event) {
            $this->events[] = ['event', now(), $event['server'], $event['text']];
        }
    }
}

final class OfMemcached
{
    public const VERSION = '';
    public array $events = [];
    private Memcached $client;

    public function __construct(string $servers, int $timeout, array $settings)
    {
        $this->client = new Memcached();
        $this->client->setOptions([
            Memcached::OPT_CONNECT_TIMEOUT => $timeout, Memcached::OPT_POLL_TIMEOUT => $timeout,
            Memcached::OPT_SEND_TIMEOUT => $timeout * 1000, Memcached::OPT_RECV_TIMEOUT => $timeout * 1000]);
        foreach ($settings as $name => $value) {
            $this->client->setOption(constant("Memcached::OPT_$name"), (int) $value);
        }
        $this->client->addServers(array_map(fn($word) => explode(':', $word), explode(',', $servers)));
    }

    private function said(mixed $found): array
    {
        $outcomes = [Memcached::RES_SUCCESS => 'o', Memcached::RES_NOTFOUND => 'm'];
        return [$outcomes[$this->client->getResultCode()] ?? 'f', $found];
    }

    public function get(string $key): array
    {
        return $this->said($this->client->get($key));
    }

    public function set(string $key, string $value): array
    {
        return $this->said($this->client->set($key, $value));
    }

    public function listen(): void
    {
    }
}

function calls(OfPolyring|OfMemcached $client, float $seconds, int $pause): void
{
    $value = str_repeat('v', 100);
    for ($i = 0; $i < 200; $i++) {
        $client->set("key:$i", $value);
    }
    echo "begin\n";
    $done = [];
    for ($end = now() + $seconds * 1e6, $n = 0; now() < $end; $n++) {
        $chance = ($n * 2654435761 & 0xFFFFFFFF) >> 8;
        $key = 'key:' . intdiv($chance, 5) % 200;
        $start = now();
        $answer = $chance % 5 ? $client->get($key) : $client->set($key, $value);
        $done[] = [$start, now() - $start, $answer[0]];
        $client->listen();
        if ($pause > 0) {
            usleep($pause * 1000);
        }
    }
    foreach ([...$done, ...$client->events] as $line) {
        echo implode(' ', $line), "\n";
    }
    $client->events = [];
}

$client = $name === 'polyring' ? new OfPolyring($servers, (int) $timeout, $settings)
    : new OfMemcached($servers, (int) $timeout, $settings);
echo 'ready ', $client::VERSION ?: phpversion('memcached'), "\n";
while (($line = fgets(STDIN)) !== false) {
    $words = explode(' ', rtrim($line));
    if ($words[0] === 'calls') {
        calls($client, (float) $words[1], (int) $words[2]);
        echo "end\n";
    } elseif ($words[0] === 'set') {
        echo $client->set($words[1], $words[2])[0], "\n";
    } else {
        [$said, $value] = $client->get($words[1]);
        echo $said, $said === 'o' ? " $value" : '', "\n";
    }
}
