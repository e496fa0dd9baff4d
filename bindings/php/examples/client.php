<?php
// A client. Run: php -d extension=polyring client.php [SERVERS], or 127.0.0.1:11211

use Polyring\{Client, PartialException, PolyringException, UnavailableException};

$client = new Client($argv[1] ?? 'memcached://127.0.0.1:11211/?profile=ketama', timeout: 2.0);
try {
    $client->set('user:17', ['name' => 'Ada', 'visits' => 3], ttl: 3600);
    echo $client->get('user:17')['name'], "\n";  // Ada
    echo $client->get('user:18', default: 'nobody'), "\n";  // nobody
    if (!$client->add('user:17', 'another')) {
        echo "there is one already\n";  // there is one already
    }
    $item = $client->gets('user:17');
    echo $client->cas('user:17', 'Grace', $item->cas)->name, "\n";  // Ok
    $client->setCounter('visits', 41);
    echo $client->incr('visits'), "\n";  // 42
    $client->setMany(['a' => 1, 'b' => 2.5, 'c' => [null, true]]);
    echo json_encode($client->getMany(['a', 'b', 'c', 'd'])), "\n";  // {"a":1,"b":2.5,"c":[null,true]}
} catch (PartialException $error) {
    echo count($error->getFound()), ' came: ', $error->getMessage(), "\n";
} catch (UnavailableException $error) {
    echo "{$error->getServer()} {$error->getStage()}: {$error->getMessage()}\n";
} catch (PolyringException $error) {
    echo $error->getMessage(), "\n";
}
