# Cache::Memcached. usage: cache-memcached.pl default|number-key [PARAMETER=VALUE ...]
# number-key: a key is given as [number, digits], and the number is the hash.
# The parameters are those of its constructor: namespace=app:
use strict;
use warnings;
use Cache::Memcached;

$| = 1;
my $numbers = { default => 0, 'number-key' => 1 }->{ $ARGV[0] // '' } // die "usage: default|number-key\n";
my %parameters = map { split /=/, $_, 2 } @ARGV[1 .. $#ARGV];
my ($client, @hosts);

sub bytes { my $word = shift // ''; $word =~ s/%(..)/chr hex $1/ge; return $word }

sub key {
    my $key = bytes(shift);
    return $key if !$numbers;
    $key =~ /^\d+$/ or die "no number\n";
    return [$key, $key];
}

sub spell {
    my $word = shift;
    $word =~ m{^(?:(unix):([^:]*)|([^:/\[=;]+)(?:/(?:\[.*?\]|[^:]+))?(?::(\d+))?)(?::(\d+))?$}
      or die "skip names, IPv6, attributes, fractional weights, ports of unix sockets\n";
    my $address = $1 ? bytes($2) : bytes($3) . ':' . ($4 // 11211);
    return defined $5 ? [$address, $5] : $address;
}

# It asks for the socket of a host when it has chosen one.
sub locate {
    my $key = shift;
    my %hosts = map { $_ => 1 } @hosts;
    die "skip equal servers, which it does not tell apart\n" if keys %hosts < @hosts;
    no warnings 'redefine';
    local *Cache::Memcached::sock_to_host = sub { $_[1] };
    length(($client->{namespace} // '') . (ref $key ? $key->[1] : $key)) <= 250 or die "too long\n";
    my $found = $client->get_sock($key) // return 'no server has a weight';
    my ($index) = grep { $found eq $hosts[$_] } 0 .. $#hosts;
    return "at $index";
}

sub answer {
    my ($verb, @words) = @_;
    return "hello cache-memcached $Cache::Memcached::VERSION perl servers,locate,set "
      . sprintf('runtime=Perl-%vd', $^V) if $verb eq 'hello';
    return $client->set(key($words[0]), bytes($words[1])) ? 'ok' : 'no not stored' if $verb eq 'set';
    return locate(key($words[0])) if $verb eq 'locate';
    return "skip $verb" if $verb ne 'servers';
    my @servers = map { spell($_) } @words;
    @hosts = map { ref $_ ? $_->[0] : $_ } @servers;
    $client = Cache::Memcached->new({ servers => \@servers, %parameters });
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
