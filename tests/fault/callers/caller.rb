# Dalli, doing what it is told: caller.py says what all callers do.
require 'dalli'
require 'logger'

Dalli.logger = Logger.new(nil)
_, servers, timeout, *words = ARGV
settings = words.to_h { |word| word.split('=', 2) }.to_h { |name, value| [name.to_sym, value.to_f] }
CLIENT = Dalli::Client.new(servers.split(','), socket_timeout: timeout.to_i / 1000.0, **settings)
VALUE = 'v' * 100

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC, :microsecond)
end

def get(key)
  found = CLIENT.get(key, raw: true)
  found ? ['o', found] : ['m']
rescue StandardError
  ['f']
end

def set(key, value)
  CLIENT.set(key, value, nil, raw: true) ? 'o' : 'f'
rescue StandardError
  'f'
end

def calls(seconds, pause)
  200.times { |n| set("key:#{n}", VALUE) }
  puts 'begin'
  done = []
  finish = now + seconds * 1_000_000
  while now < finish
    chance = (done.size * 2_654_435_761 & 0xFFFFFFFF) >> 8
    key = "key:#{chance / 5 % 200}"
    start = now
    said = (chance % 5).zero? ? set(key, VALUE) : get(key)[0]
    done << [start, now - start, said]
    sleep(pause / 1000.0) if pause.positive?
  end
  puts(done.map { |call| call.join(' ') })
end

$stdout.sync = true
puts "ready #{Dalli::VERSION}"
while (line = $stdin.gets)
  verb, *rest = line.split
  case verb
  when 'calls'
    calls(rest[0].to_f, rest[1].to_i)
    puts 'end'
  when 'set' then puts set(*rest)
  else puts get(*rest).join(' ')
  end
end
