# AnyEvent::Memcached. usage: anyevent-memcached.pl default [PARAMETER=VALUE ...]
# The parameters are those of its constructor: namespace=app:
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/common";
use Adapter;
use AnyEvent::DNS;
use AnyEvent::Memcached;

my %parameters = map { split /=/, $_, 2 } @ARGV[1 .. $#ARGV];
my ($client, @list, @servers);

# It reads /etc/hosts for names that no DNS server knows, and waits long where none answers.
no warnings qw(redefine prototype);
*AnyEvent::DNS::a = *AnyEvent::DNS::aaaa = sub ($$) { $_[1]->() };

sub spell {
    my $s = shift;
    skip('unix sockets, and fractional weights')
      if defined $s->{path} || ($s->{weight} // '') =~ /\./;
    my $address = $s->{host} . ':' . ($s->{port} // 11211); # it splits them at the last colon
    return defined $s->{weight} ? [$address, $s->{weight}] : $address;
}

sub servers {
    @list = map { spell($_) } @_;
    @servers = map { ref $_ ? $_->[0] : $_ } @list;
    connect_afresh();
}

sub connect_afresh { $client = AnyEvent::Memcached->new(servers => \@list, %parameters) }

# It checks the bytes of a key, and leaves the length to the server.
sub checked {
    my $length = length(($parameters{namespace} // '') . $_[0]);
    $length > 0 && $length <= 250 or die "the server takes no such key\n";
    return $_[0];
}

sub locate {
    my $key = checked(shift);
    my %seen = map { $_ => 1 } @servers;
    skip('equal servers, which it does not tell apart') if keys %seen < @servers;
    die "Invalid key\n" if $key =~ /[\x00-\x20\x7F]/; # as its operations do
    my ($found) = keys %{ $client->{hash}->servers($key) };
    my ($index) = grep { $found eq $servers[$_] } 0 .. $#servers;
    return $index;
}

sub call {
    my ($operation, @words) = @_;
    my $done = AE::cv;
    my $late = AE::timer(5, 0, sub { $done->croak("no answer") });
    $client->$operation(@words, cb => sub { $done->send(@_) });
    my ($result, $error) = eval { $done->recv };
    $error //= $@ || undef;
    return $result if !defined $error;
    connect_afresh(); # or what the server still has to say answers the next request
    die $error;
}

serve('anyevent-memcached', $AnyEvent::Memcached::VERSION, {
    servers => \&servers,
    locate => \&locate,
    set => sub { call('set', checked(shift), shift) },
    get => sub { call('get', checked(shift)) },
    many => sub { call('get', [map { checked($_) } @_]) },
    store => sub { call('set', checked(shift), shift) },
    fetch => sub { call('get', checked(shift)) },
});
