# Dalli with its fail-over, which is on by default: an adapter (docs/adapter.md). usage: ejecting_dalli.rb
require_relative '../../conformance/adapters/common/adapter'
require 'dalli'
require 'logger'

Dalli.logger = Logger.new(nil)

class Client
  def servers(list)
    @client = Dalli::Client.new(list.map { |server| "#{server.host}:#{server.port}" },
                                down_retry_delay: 2, socket_timeout: 0.2, socket_failure_delay: 0.01)
  end

  def set(key, value)
    @client.set(key, value, nil, raw: true)
  end

  def get(key)
    @client.get(key, raw: true)
  end
end

Adapter.serve(Client.new, 'dalli', Dalli::VERSION)
