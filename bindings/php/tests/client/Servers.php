<?php declare(strict_types=1);

/** Real memcached servers on addresses of this process; they end with it. */
final class Servers
{
    /** @var array<string, resource> */
    private array $running = [];

    /** @return list<string> */
    public function start(int $count, string ...$options): array
    {
        $texts = [];
        for ($i = 0; $i < $count; $i++) {
            $this->run($texts[] = self::unused(), ...$options);
        }
        array_map($this->wait(...), $texts);
        return $texts;
    }

    /** One more, at this address. */
    public function startAt(string $text): void
    {
        $this->run($text);
        $this->wait($text);
    }

    private function run(string $text, string ...$options): void
    {
        [$address, $port] = explode(':', $text);
        $this->running[$text] = proc_open(['memcached', '-u', 'root', '-t', '1', '-m', '64', '-U', '0', '-l', $address,
            '-p', $port, ...$options], [STDIN, ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']], $pipes);
    }

    /** An address where nothing listens. */
    public static function unused(): string
    {
        static $next = 0;
        return sprintf('127.96.%d.%d:%d', getmypid() % 250 + 1, ++$next, 21000 + intdiv(getmypid(), 250) % 10000);
    }

    private function wait(string $text): void
    {
        for ($i = 0; $i < 500; $i++) {
            if ($socket = @stream_socket_client("tcp://$text", timeout: 1)) {
                fclose($socket);
                return;
            }
            usleep(10000);
        }
        throw new RuntimeException("no memcached at $text");
    }

    public function stop(string $text): void
    {
        proc_terminate($this->running[$text], 9);
        proc_close($this->running[$text]);
        unset($this->running[$text]);
    }

    public function stopAll(): void
    {
        array_map($this->stop(...), array_keys($this->running));
    }
}
