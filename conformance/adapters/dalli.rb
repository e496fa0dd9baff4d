# Dalli. usage: dalli.rb default [namespace=TEXT]
require 'dalli'
require 'logger'

Dalli.logger = Logger.new(nil)
$stdout.sync = true
Skip = Class.new(StandardError)

# Text where the bytes are text, as a program's own strings are.
def bytes(word)
  raw = word.to_s.b.gsub(/%(\h\h)/) { $1.hex.chr }
  text = raw.dup.force_encoding('UTF-8')
  text.valid_encoding? ? text : raw
end

def spell(word)
  raise Skip, 'names and attributes of servers' if word =~ /;|\A[^:\/\[]*=/
  raise Skip, 'fractional weights' if word =~ /:\d*\.\d*\z/
  return bytes($1) + $2.to_s if word =~ /\Aunix:([^:]*)(:\d+)?\z/
  raise Skip, 'ports of unix sockets' if word.start_with?('unix:')
  word =~ /\A(\[.*?\]|[^:\/]+)(?:\/(?:\[.*?\]|[^:]+))?((?::\d+){0,2})\z/
  bytes($1) + $2
end

def locate(ring, key)
  return 0 if ring.servers.size == 1
  found = ring.send(:server_for_hash_key, ring.send(:hash_for, key))
  ring.servers.index { |server| server.equal?(found) }
end

def hash(function, key)
  raise Skip, function unless function == 'crc32'
  Zlib.crc32(key)
end

client = nil
options = ARGV.drop(1).to_h { |word| word.split('=', 2) }.transform_keys(&:to_sym)
keys = Dalli::KeyManager.new(options)
while (line = $stdin.gets)
  verb, *words = line.chomp.split(/ /, -1)
  begin
    case verb
    when 'hello'
      puts "hello dalli #{Dalli::VERSION} ruby servers,locate,set,get,hash runtime=Ruby-#{RUBY_VERSION}"
    when 'servers' then client = Dalli::Client.new(words.map { |word| spell(word) }, options)
                        client.send(:ring)
                        puts 'ok'
    when 'locate' then puts "at #{locate(client.send(:ring), keys.validate_key(bytes(words[0])))}"
    when 'set'
      puts client.set(bytes(words[0]), bytes(words[1]), nil, raw: true) ? 'ok' : 'no not stored'
    when 'get' then value = client.get(bytes(words[0]), raw: true)
                    puts value ? "value #{value.b.gsub(/[^\w.~-]/n) { |c| format('%%%02X', c.ord) }}" : 'miss'
    when 'hash' then puts "hash #{hash(words[0], bytes(words[1]))}"
    when 'bye' then break
    else puts "skip #{verb}"
    end
  rescue Skip => e then puts "skip #{e.message}"
  rescue StandardError => e
    puts "#{verb == 'servers' ? 'skip' : 'no'} #{e.class} #{e.message.b.gsub(/[^!-~]+/n, ' ')}"
  end
end
