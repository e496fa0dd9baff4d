<?php
// A client. Run: php -d extension=polyring client.php [SERVERS]

use Polyring\{Client, PartialException, PolyringException, UnavailableException};

$client = new Client($argv[1] ?? 'memcached://127.0.0.1/?profile=ketama', timeout: 0.25);
try {
    $client->set('user:17', ['name' => 'Ada', 'visits' => 3], ttl: 3600);
    echo $client->get('user:17')['name'], "\n";
    echo $client->get('user:18', default: 'nobody'), "\n";
    if (!$client->add('user:17', 'another')) {
        echo "there is one already\n";
    }
    $item = $client->gets('user:17');
    echo $client->cas('user:17', 'Grace', $item->cas)->name, "\n";
    $client->setCounter('visits', 41);
    echo $client->incr('visits'), "\n";
    $client->setMany(['a' => 1, 'b' => 2.5, 'c' => [null, true]]);
    echo json_encode($client->getMany(['a', 'b', 'c', 'd'])), "\n";
} catch (PartialException $error) {
    echo count($error->getFound()), ' came: ', $error->getMessage(), "\n";
} catch (UnavailableException $error) {
    echo "{$error->getServer()} {$error->getStage()}: {$error->getMessage()}\n";
} catch (PolyringException $error) {
    echo $error->getMessage(), "\n";
}
