# Cache::Memcached. usage: cache-memcached.pl default|number-key [PARAMETER=VALUE ...]
# number-key: a key is given as [number, digits], and the number is the hash.
# The parameters are those of its constructor: namespace=app:
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/common";
use Adapter;
use Cache::Memcached;

my $numbers = { default => 0, 'number-key' => 1 }->{ $ARGV[0] // '' } // die "usage: default|number-key\n";
my %parameters = map { split /=/, $_, 2 } @ARGV[1 .. $#ARGV];
my ($client, @hosts);

sub key {
    my $key = shift;
    return $key if !$numbers;
    $key =~ /^\d+$/ or die "no number\n";
    return [$key, $key];
}

sub spell {
    my $s = shift;
    skip('IPv6') if ($s->{host} // '') =~ /:/;
    skip('fractional weights, and ports of unix sockets')
      if ($s->{weight} // '') =~ /\./ || defined $s->{path} && defined $s->{port};
    my $address = $s->{path} // $s->{host} . ':' . ($s->{port} // 11211);
    return defined $s->{weight} ? [$address, $s->{weight}] : $address;
}

# It asks for the socket of a host when it has chosen one.
sub locate {
    my $key = key(shift);
    my %hosts = map { $_ => 1 } @hosts;
    skip('equal servers, which it does not tell apart') if keys %hosts < @hosts;
    no warnings 'redefine';
    local *Cache::Memcached::sock_to_host = sub { $_[1] };
    length(($client->{namespace} // '') . (ref $key ? $key->[1] : $key)) <= 250 or die "too long\n";
    my $found = $client->get_sock($key) // die "no server has a weight\n";
    my ($index) = grep { $found eq $hosts[$_] } 0 .. $#hosts;
    return $index;
}

sub servers {
    my @servers = map { spell($_) } @_;
    @hosts = map { ref $_ ? $_->[0] : $_ } @servers;
    $client = Cache::Memcached->new({ servers => \@servers, %parameters });
}

serve('cache-memcached', $Cache::Memcached::VERSION, {
    servers => \&servers,
    locate => \&locate,
    set => sub { $client->set(key(shift), shift) },
    get => sub { $client->get(key(shift)) },
    many => sub { $client->get_multi(map { key($_) } @_) },
    store => sub { $client->set(key(shift), shift) },
    fetch => sub { $client->get(key(shift)) },
});
