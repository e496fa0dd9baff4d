# Cache::Memcached. usage: cache-memcached.pl default
use strict;
use warnings;
use Cache::Memcached;

$| = 1;
my $client;

sub bytes { my $word = shift // ''; $word =~ s/%(..)/chr hex $1/ge; return $word }

sub spell {
    my $word = shift;
    $word =~ m{^(?:(unix):([^:]*)|([^:/\[=;]+)(?:/(?:\[.*?\]|[^:]+))?(?::(\d+))?)(?::(\d+))?$}
      or die "skip names, IPv6, attributes, fractional weights, ports of unix sockets\n";
    my $address = $1 ? bytes($2) : bytes($3) . ':' . ($4 // 11211);
    return defined $5 ? [$address, $5] : $address;
}

sub answer {
    my ($verb, @words) = @_;
    return "hello cache-memcached $Cache::Memcached::VERSION perl servers,set "
      . sprintf('runtime=Perl-%vd', $^V) if $verb eq 'hello';
    return $client->set(bytes($words[0]), bytes($words[1])) ? 'ok' : 'no not stored' if $verb eq 'set';
    return "skip $verb" if $verb ne 'servers';
    $client = Cache::Memcached->new({ servers => [map { spell($_) } @words] });
    return 'ok';
}

while (<STDIN>) {
    chomp;
    my ($verb, @words) = split / /, $_, -1;
    last if $verb eq 'bye';
    my $reply = eval { answer($verb, @words) } // "no $@";
    $reply = $1 if $reply =~ /^no (skip .*)/s;
    $reply =~ s/[^!-~]+/ /g;
    print "$reply\n";
}
