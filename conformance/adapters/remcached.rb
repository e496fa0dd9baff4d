# remcached. usage: remcached.rb default
require_relative 'common/adapter'
require 'remcached'
require 'timeout'

SECONDS = 5

class Client
  TYPES = %w[bytes text].freeze # which it sends as they are

  def initialize
    Thread.new { EventMachine.run }
    sleep 0.01 until EventMachine.reactor_running?
  end

  def servers(list)
    if list.any? { |s| s.weight || s.path || s.host.include?(':') }
      raise Skip, 'weights, IPv6 and unix sockets'
    end
    @list = list.map(&:place)
    @connected = false
  end

  # A key for a server whose connection is still being made would go to another one.
  def connect
    raise 'no servers' unless @list
    begun = Queue.new
    EventMachine.schedule { begun << (Memcached.servers = @list) }
    begun.pop
    (SECONDS * 100).times { Memcached.usable_clients.size < @list.size ? sleep(0.01) : break }
    @connected = true
  end

  def call(operation, contents)
    connect unless @connected
    answers = Queue.new
    EventMachine.schedule { Memcached.send(operation, contents) { |answer| answers << answer } }
    Timeout.timeout(SECONDS) { answers.pop }
  end

  # The server hangs up on such a key, and the client then waits for ten seconds.
  def sendable(key)
    return key.b if (1..250).cover?(key.bytesize)
    raise ArgumentError, 'the server takes no such key'
  end

  def checked(answer)
    good = [Memcached::Errors::NO_ERROR, Memcached::Errors::KEY_NOT_FOUND]
    good.include?(answer[:status]) ? answer : raise("status #{answer[:status]}")
  end

  def locate(key)
    Memcached.hash_key(sendable(key)) % @list.size
  end

  def set(key, value)
    checked(call(:set, { key: sendable(key), value: value.b }))
  end

  def get(key)
    answer = checked(call(:get, { key: sendable(key) }))
    answer[:value] if answer[:status] == Memcached::Errors::NO_ERROR
  end

  def many(keys)
    found = call(:multi_get, keys.uniq.map { |key| { key: sendable(key) } })
    found.select { |_, answer| answer[:status] == Memcached::Errors::NO_ERROR }
         .transform_values { |answer| answer[:value] }
  end

  alias store set
  alias fetch get
end

Adapter.serve(Client.new, 'remcached', Gem::Specification.find_by_name('remcached').version)
