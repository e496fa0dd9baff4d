# Dalli. usage: dalli.rb default [OPTION=VALUE ...]: of its client, such as namespace=app
require_relative 'common/adapter'
require 'dalli'
require 'logger'

Dalli.logger = Logger.new(nil)
OPTIONS = ARGV.drop(1).to_h do |word|
  option, value = word.split('=', 2)
  [option.to_sym, value.match?(/\A\d+\z/) ? value.to_i : value]
end

class Client
  KEYS = Dalli::KeyManager.new(OPTIONS)

  def servers(list)
    @client = Dalli::Client.new(list.map { |server| spell(server) }, OPTIONS)
    @ring = @client.send(:ring)
  end

  def spell(server)
    raise Skip, 'fractional weights' if server.weight.to_s.include?('.')
    raise Skip, 'ports of unix sockets' if server.path && server.port
    [server.place, server.weight].compact.join(':')
  end

  def locate(text)
    key = KEYS.validate_key(text)
    return 0 if @ring.servers.size == 1
    found = @ring.send(:server_for_hash_key, @ring.send(:hash_for, key))
    @ring.servers.index { |server| server.equal?(found) }
  end

  def set(key, value)
    @client.set(key, value, nil, raw: true)
  end

  def get(key)
    @client.get(key, raw: true)
  end

  def many(keys)
    @client.get_multi(*keys)
  end

  def store(key, value)
    @client.set(key, value)
  end

  def fetch(key)
    @client.get(key)
  end

  def hash_of(function, key)
    raise Skip, function unless function == 'crc32'
    Zlib.crc32(key)
  end
end

Adapter.serve(Client.new, 'dalli', Dalli::VERSION)
