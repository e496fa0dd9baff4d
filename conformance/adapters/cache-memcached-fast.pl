# Cache::Memcached::Fast. usage: cache-memcached-fast.pl ketama|compatible [PARAMETER=VALUE ...]
# The parameters are those of its constructor: ketama_points=160 namespace=app: hash_namespace=1
use strict;
use warnings;
use Cache::Memcached::Fast;

$| = 1;
my $points = { ketama => 150, compatible => 0 }->{ $ARGV[0] // '' } // die "usage: ketama|compatible\n";
my %parameters = (ketama_points => $points, map { split /=/, $_, 2 } @ARGV[1 .. $#ARGV]);
my $client;

sub bytes { my $word = shift // ''; $word =~ s/%(..)/chr hex $1/ge; return $word }
sub encode { my $raw = shift; $raw =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/gea; return $raw }

# The client splits host and port at the last colon: an IPv6 address goes without brackets.
sub spell {
    my $word = shift;
    die "skip names and attributes of servers\n" if $word =~ m{;|^[^:/\[]*=};
    my ($address, $weight);
    if ($word =~ m{^unix:([^:]*)(?::([\d.]+))?$}) { ($address, $weight) = (bytes($1), $2) }
    elsif ($word =~ m{^unix:}) { die "skip ports of unix sockets\n" }
    else {
        $word =~ m{^(?:\[(.*?)\]|([^:/]+))(?:/(?:\[.*?\]|[^:]+))?(?::(\d+))?(?::([\d.]+))?$};
        die "skip hosts without a port, which it takes for paths\n" if !defined $3;
        ($address, $weight) = (bytes($1 // $2) . ":$3", $4);
    }
    die "skip fractional weights without ketama\n" if !$points && ($weight // 1) =~ /\./;
    return defined $weight ? { address => $address, weight => $weight } : $address;
}

sub answer {
    my ($verb, @words) = @_;
    if ($verb eq 'hello') {
        return "hello cache-memcached-fast $Cache::Memcached::Fast::VERSION perl servers,set,get "
          . sprintf('runtime=Perl-%vd', $^V);
    }
    if ($verb eq 'servers') {
        my @servers = map { spell($_) } @words;
        $client = Cache::Memcached::Fast->new({ servers => \@servers, %parameters });
        return 'ok';
    }
    return $client->set(bytes($words[0]), bytes($words[1])) ? 'ok' : 'no not stored' if $verb eq 'set';
    return "skip $verb" if $verb ne 'get';
    my $value = $client->get(bytes($words[0]));
    return defined $value ? 'value ' . encode($value) : 'miss';
}

while (<STDIN>) {
    chomp;
    my ($verb, @words) = split / /, $_, -1;
    last if $verb eq 'bye';
    my $reply = eval { answer($verb, @words) } // $@;
    $reply =~ s/[^!-~]+/ /g;
    $reply = ($verb eq 'servers' ? 'skip' : 'no') . " $reply" if $@ && $reply !~ /^skip /;
    print "$reply\n";
}
