<?php declare(strict_types=1);
// PHP's part of tests/reference/test_all_sets.py, which says what is read and written.

use Polyring\{Health, Seen};

/** The lines of all keys. */
function told(Health $health, array $keys): string
{
    $told = '';
    foreach ($keys as $key) {
        $to = $health->route($key, 0);
        $told .= $to->homeIndex . ' ' . ($to->serverIndex ?? '-') . "\n";
    }
    return $told;
}

[, $profile, $servers, $pattern, $count] = $argv;
$keys = array_map(fn($n) => str_replace('{n}', (string) $n, $pattern), range(0, (int) $count - 1));
$size = count((new Health($servers, $profile))->servers());
foreach (array_slice($argv, 5) as $most) {
    for ($dead = 1; $dead < 1 << $size; $dead++) {
        $health = new Health($servers, $profile, seed: 1, on_dead: 'next', dead_most: (int) $most);
        for ($i = 0; $i < $size; $i++) {
            if ($dead >> $i & 1) {
                $health->report($i, Seen::Unreached, 0);
            }
        }
        print hash('sha256', told($health, $keys)) . "\n";
    }
}
