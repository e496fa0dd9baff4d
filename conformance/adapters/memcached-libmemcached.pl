# Memcached::libmemcached. usage: memcached-libmemcached.pl default [BEHAVIOR=NUMBER ...]
# The behaviors have the library's names: KETAMA_WEIGHTED=1
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/common";
use Adapter;
use Memcached::libmemcached;

my $client;

sub checked {
    my $done = shift;
    return $done if $done;
    my $why = $client->errstr;
    $client->memcached_quit; # or what the server still has to say answers the next request
    die "$why\n";
}

sub add {
    my $s = shift;
    my ($path, $host, $port, $weight) = @$s{qw(path host port weight)};
    skip('fractional weights, and ports of unix sockets')
      if ($weight // '') =~ /\./ || defined $path && defined $port;
    my @place = defined $path ? ($path) : ($host, $port // 0);
    my $function = 'memcached_server_add' . (defined $path ? '_unix_socket' : '');
    if (!defined $weight) { checked($client->$function(@place)) }
    else { $function .= '_with_weight'; checked($client->$function(@place, $weight)) }
}

sub servers {
    $client = Memcached::libmemcached->new;
    for (@ARGV[1 .. $#ARGV]) {
        my ($behavior, $value) = split /=/;
        my $number = Memcached::libmemcached->can("MEMCACHED_BEHAVIOR_$behavior")->();
        checked($client->memcached_behavior_set($number, $value));
    }
    add($_) for @_;
}

sub get {
    my $value = $client->memcached_get(shift);
    return $value if defined $value;
    checked($client->errstr == Memcached::libmemcached::MEMCACHED_NOTFOUND());
    return undef;
}

sub many {
    my %found;
    checked($client->mget_into_hashref(\@_, \%found));
    return \%found;
}

serve('memcached-libmemcached', $Memcached::libmemcached::VERSION, {
    facts => ['library=libmemcached-' . Memcached::libmemcached::memcached_lib_version()],
    servers => \&servers,
    set => sub { checked($client->memcached_set(@_)) },
    get => \&get,
    many => \&many,
    types => [qw(bytes text int float)], # a reference would be stored as its address
    store => sub { checked($client->memcached_set(@_)) },
    fetch => \&get,
});
