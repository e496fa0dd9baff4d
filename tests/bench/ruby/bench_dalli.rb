# Dalli. usage: bench_dalli.rb KEYS_FILE. The line protocol is that of tests/bench/c/serve.h.
require 'dalli'

KEY_SIZE = 20
Server = Struct.new(:name, :weight, :index) do
  def alive?
    true
  end
end

def cpu_nanoseconds
  Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :nanosecond)
end

def answer(line, all_keys)
  job, way, count, keys, passes, = line.split
  return 'skip not something it does' unless job == 'locate' && way == 'one'

  servers = Array.new(count.to_i) do |i|
    Server.new("10.#{i >> 16 & 255}.#{i >> 8 & 255}.#{i & 255}:11211", 1, i)
  end
  ring = Dalli::Ring.new(servers, threadsafe: false)
  keys = all_keys.first(keys.to_i)
  sum = keys.sum { |key| ring.server_for_key(key).index }
  start = cpu_nanoseconds
  passes.to_i.times { keys.each { |key| ring.server_for_key(key) } }
  format('%.3f %d', (cpu_nanoseconds - start) / (keys.size * passes.to_f), sum)
end

$stdout.sync = true
keys = File.binread(ARGV[0]).scan(/.{#{KEY_SIZE}}/o)
puts "Dalli #{Dalli::VERSION}, Ruby #{RUBY_VERSION}"
$stdin.each_line { |line| puts answer(line, keys) }
