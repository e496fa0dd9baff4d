# Cache::Memcached::Fast. usage: cache-memcached-fast.pl ketama|compatible [PARAMETER=VALUE ...]
# The parameters are those of its constructor: ketama_points=160 namespace=app: hash_namespace=1
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/common";
use Adapter;
use Cache::Memcached::Fast;

my $points = { ketama => 150, compatible => 0 }->{ $ARGV[0] // '' } // die "usage: ketama|compatible\n";
my %parameters = (ketama_points => $points, map { split /=/, $_, 2 } @ARGV[1 .. $#ARGV]);
my $client;

# The client splits host and port at the last colon: an IPv6 address goes without brackets.
sub spell {
    my $s = shift;
    my ($path, $port, $weight) = @$s{qw(path port weight)};
    skip('ports of unix sockets') if defined $path && defined $port;
    skip('hosts without a port, which it takes for paths') if !defined $path && !defined $port;
    skip('fractional weights without ketama') if !$points && ($weight // 1) =~ /\./;
    my $address = $path // "$s->{host}:$port";
    return defined $weight ? { address => $address, weight => $weight } : $address;
}

sub servers {
    my @servers = map { spell($_) } @_;
    $client = Cache::Memcached::Fast->new({ servers => \@servers, %parameters });
}

serve('cache-memcached-fast', $Cache::Memcached::Fast::VERSION, {
    servers => \&servers,
    set => sub { $client->set(@_) },
    get => sub { $client->get(@_) },
    many => sub { $client->get_multi(@_) },
    store => sub { $client->set(@_) },
    fetch => sub { $client->get(@_) },
});
