# What the Perl adapters share: the protocol polyring-adapter/1 and the server text.
#
# A client is a hash of functions, those that it can answer: servers(hashes of a server),
# locate(key): index, set(key, value), get(key), many(keys): a hash of what was found,
# store(key, value), fetch(key). Keys and values are bytes; those of store and fetch are what Perl
# has for the type: undef is a miss. What dies becomes "no" ("skip" for a list), skip(WHY) "skip".
# Beside them may be lists: types, those that store takes, and facts, more words of hello.
package Adapter;
use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
our @EXPORT = qw(serve skip);

my $json = JSON::PP->new->utf8->canonical->allow_nonref->max_depth(64);
my @verbs = qw(servers locate set get many store fetch);

sub skip { die { skip => shift } }
sub decode { my $word = shift // ''; $word =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge; return $word }
sub encode { my $raw = shift; $raw =~ s/([^\w.~-])/sprintf '%%%02X', ord $1/gea; return $raw }

# host, ip, port, weight, path: undefined where the list gives none; a host has no brackets.
sub server {
    my $word = shift;
    skip('names and attributes of servers') if $word =~ m{;|^[^:/\[]*=};
    my ($path, $host, $ip, $port, $weight);
    if ($word =~ /^unix:/) {
        ($path, $port, $weight) = $word =~ m{^unix:([^:]*)(?::(\d+)(?=:))?(?::([\d.]+))?$}
          or skip("not a server: $word");
    }
    else {
        ($host, $ip, $port, $weight) =
          $word =~ m{^(\[.*?\]|[^:/]+)(?:/(\[.*?\]|[^:]+))?(?::(\d+))?(?::([\d.]+))?$}
          or skip("not a server: $word");
        $host = decode($host) =~ s/^\[|\]$//gr;
    }
    $path = decode($path) if defined $path;
    return { host => $host, ip => $ip, port => $port, weight => $weight, path => $path };
}

# A value of Perl, which knows neither a boolean nor a number from its text once that is sent.
sub value {
    my ($client, $type, $text) = @_;
    my $types = $client->{types} // [$type];
    skip("values of the type $type") if !grep { $type eq $_ } @$types;
    return $text if $type eq 'bytes';
    if ($type eq 'text') { utf8::decode($text) or die "no UTF-8\n"; return $text }
    if ($type eq 'int') { return 0 + ($text =~ /^-?\d+$/ ? $text : die "not an int\n") }
    if ($type eq 'float') { return 0 + ($text =~ /^-?\d+(\.\d+)?$/ ? $text : die "not a float\n") }
    if ($type eq 'null') { return undef }
    my $kind = { list => 'ARRAY', map => 'HASH' }->{$type} // skip("values of the type $type");
    my $value = $json->decode($text);
    return ref $value eq $kind ? $value : die "not a $type\n";
}

sub typed {
    my $value = shift;
    my $type = { ARRAY => 'list', HASH => 'map' }->{ ref $value };
    return "typed $type " . encode($json->encode($value)) if $type;
    return 'typed other ' . encode(ref $value) if ref $value;
    my $text = utf8::is_utf8($value);
    utf8::encode($value) if $text;
    return ($text ? 'typed text ' : 'typed bytes ') . encode($value);
}

sub many {
    my ($client, @keys) = @_;
    my $found = $client->{many}->(@keys);
    return join ' ', 'many', map { defined $found->{$_} ? '+' . encode($found->{$_}) : '-' } @keys;
}

sub answer {
    my ($client, $verb, @words) = @_;
    my $method = $client->{$verb} // skip($verb);
    if ($verb eq 'servers') { $method->(map { server($_) } @words); return 'ok' }
    return many($client, map { decode($_) } @words ? @words : '') if $verb eq 'many';
    my ($key, $value, $text) = map { decode($words[$_]) } 0 .. 2;
    return 'at ' . $method->($key) if $verb eq 'locate';
    if ($verb eq 'set' || $verb eq 'store') {
        $value = value($client, $value, $text) if $verb eq 'store';
        return $method->($key, $value) ? 'ok' : 'no not stored';
    }
    my $found = $method->($key) // return 'miss';
    return $verb eq 'get' ? 'value ' . encode($found) : typed($found);
}

# Serves until "bye".
sub serve {
    my ($name, $version, $client) = @_;
    $| = 1;
    my $hello = join ' ', 'hello', $name, $version, 'perl',
      join(',', grep { $client->{$_} } @verbs), @{ $client->{facts} // [] },
      sprintf('runtime=Perl-%vd', $^V);
    while (<STDIN>) {
        chomp;
        my ($verb, @words) = split / /, $_, -1;
        $verb //= '';
        last if $verb eq 'bye';
        my $reply = $verb eq 'hello' ? $hello : eval { answer($client, $verb, @words) };
        if (!defined $reply) {
            my $kind = ref $@ || $verb eq 'servers' ? 'skip' : 'no';
            my $why = ref $@ ? $@->{skip} : $@;
            $reply = "$kind $why" =~ s/\s+$//r;
        }
        $reply =~ s/[^!-~]+/ /g;
        print "$reply\n";
    }
}

1;
