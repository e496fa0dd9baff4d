<?php declare(strict_types=1);
// PHP's part of the decision script: reads operations from standard input, writes what a Health
// answers. vectors/failover/decisions.txt says what they are.

use Polyring\{Health, InvalidKeyException, Seen};

const LENGTHS = ['probe_interval', 'probe_most', 'settle', 'steady', 'stand_in_ttl'];

/** NOT_CLEANED for NotCleaned. */
function upper(UnitEnum $case): string
{
    return strtoupper(preg_replace('/(?<=[a-z])(?=[A-Z])/', '_', $case->name));
}

function seconds(string $time): int|float
{
    return (int) $time % 1000000 ? (int) $time / 1e6 : intdiv((int) $time, 1000000);
}

function micro(?float $time): string
{
    return $time === null ? '-' : sprintf('%d', (int) round($time * 1e6));
}

function create(array $words): Health
{
    [, $profile, $servers, $gutter, $seed] = $words;
    $policy = [];
    foreach (array_slice($words, 5) as $column) {
        [$name, $value] = explode('=', $column);
        $policy[$name] = in_array($name, LENGTHS) ? seconds($value) : (is_numeric($value) ? (int) $value : $value);
    }
    return new Health(explode(',', $servers), $profile, $gutter === '-' ? null : strtr($gutter, ',', ' '), (int) $seed,
        ...$policy);
}

function signs(Health $health, int $server): string
{
    $of = $health->signs($server);
    return implode(' ', ['signs', upper($of->state), upper($of->reason), upper($of->work), micro($of->since),
        micro($of->downSince), micro($of->nextProbe), $of->probesFailed, $of->unanswered]) . "\n";
}

function route(Health $health, string $key, string $now): string
{
    try {
        $to = $health->route($key, seconds($now));
    } catch (InvalidKeyException) {
        return "route refused\n";
    }
    return implode(' ', ['route', upper($to->kind), $to->homeIndex, $to->serverIndex ?? '-', micro($to->ttlMost ?? 0.0)])
        . "\n";
}

$events = [];
foreach (Seen::cases() as $case) {
    $events[upper($case)] = $case;
}
$health = null;
while (($line = fgets(STDIN)) !== false) {
    $words = explode(' ', trim($line));
    match (true) {
        $line[0] === '#', $line === "\n" => null,
        $words[0] === 'new' => $health = create($words),
        $words[0] === 'report' => $health->report((int) $words[1], $events[$words[2]], seconds($words[3]),
            $words[4] === '-1' ? null : seconds($words[4])),
        $words[0] === 'due' => print 'due ' . ($health->due(seconds($words[1])) ?? '-') . "\n",
        $words[0] === 'next' => print 'next ' . micro($health->nextDue()) . "\n",
        $words[0] === 'signs' => print signs($health, (int) $words[1]),
        $words[0] === 'route' => print route($health, $words[1], $words[2]),
        $words[0] === 'log' => print implode('', array_map(fn($told) => "log $told\n", $health->log())),
    };
}
