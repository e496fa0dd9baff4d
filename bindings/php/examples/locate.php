<?php
// Where keys live, and why. Run: php -d extension=polyring locate.php [KEY ...]

use Polyring\{InvalidKeyException, PolyringException, Ring};

try {
    $ring = new Ring('10.0.0.1:11211 10.0.0.2:11211:3 10.0.0.3:11211', profile: 'ketama');
} catch (PolyringException $error) {
    exit("{$error->getMessage()}\n");
}

// One key.
foreach (array_slice($argv, 1) ?: ['user:17', 'user:18', str_repeat('long', 100)] as $key) {
    try {
        $placement = $ring->explain($key);
        echo "$key\t{$ring->locate($key)}\tpoint $placement->point of $placement->label: $placement->why\n";
    } catch (InvalidKeyException $error) {
        echo "refused: {$error->getMessage()}\n";
    }
}

// Many keys: how evenly they spread.
$keys = array_map(fn($n) => "user:$n", range(1, 100000));
foreach (array_count_values($ring->locateMany($keys)) as $server => $count) {
    echo "$server\t$count keys\n";
}
