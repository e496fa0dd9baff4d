# Gets and sets without a pause, of Dalli: loop.py says what all loops do.
require 'dalli'
require 'logger'

Dalli.logger = Logger.new(nil)
_, servers, seconds, timeout, pause = ARGV
CLIENT = Dalli::Client.new(servers.split(','), socket_timeout: timeout.to_i / 1000.0)
VALUE = 'v' * 100

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC, :microsecond)
end

def attempt(store, key)
  found = store ? CLIENT.set(key, VALUE, nil, raw: true) : CLIENT.get(key, raw: true)
  if found
    'o'
  else
    found.nil? ? 'm' : 'f'
  end
rescue StandardError
  'f'
end

200.times { |n| attempt(true, "key:#{n}") }
puts 'ready'
$stdout.flush
calls = []
finish = now + seconds.to_f * 1_000_000
while now < finish
  chance = (calls.size * 2_654_435_761 & 0xFFFFFFFF) >> 8
  start = now
  said = attempt((chance % 5).zero?, "key:#{chance / 5 % 200}")
  calls << [start, now - start, said]
  sleep(pause.to_f / 1000) if pause.to_i.positive?
end
calls.each { |call| puts call.join(' ') }
