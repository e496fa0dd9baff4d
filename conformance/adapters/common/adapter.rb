# What the Ruby adapters share: the protocol polyring-adapter/1 and the server text.
#
# A client is an object with the methods that it can answer: servers(list of Server),
# locate(key): index, set(key, value), get(key), many(keys): a Hash of what was found,
# hash_of(function, key), store(key, value), fetch(key). Keys and values are strings, and nil is a
# miss; the values of store and fetch are what Ruby has for the type. TYPES, if the client has it,
# lists the types that it takes. An exception becomes "no" ("skip" for a list), Skip "skip".
require 'json'

Skip = Class.new(StandardError)

Server = Struct.new(:host, :ip, :port, :weight, :path) do
  # As people write it; the port only if the list gives one.
  def place
    spelled = host&.include?(':') ? "[#{host}]" : host || path
    port ? "#{spelled}:#{port}" : spelled
  end
end

module Adapter
  VERBS = %w[servers locate set get many store fetch hash].freeze
  TYPES = %w[bytes text int float bool null list map].freeze
  CLASSES = { Integer => 'int', Float => 'float', TrueClass => 'bool', FalseClass => 'bool',
              NilClass => 'null', Array => 'list', Hash => 'map' }.freeze
  HOST = /\A(\[.*?\]|[^:\/]+)(?:\/(\[.*?\]|[^:]+))?(?::(\d+))?(?::([\d.]+))?\z/.freeze
  UNIX = /\Aunix:([^:]*)(?::(\d+)(?=:))?(?::([\d.]+))?\z/.freeze

  module_function

  # Text where the bytes are text, as a program's own strings are.
  def decode(word)
    raw = word.to_s.b.gsub(/%(\h\h)/) { $1.hex.chr }
    text = raw.dup.force_encoding('UTF-8')
    text.valid_encoding? ? text : raw
  end

  def encode(bytes)
    bytes.b.gsub(/[^\w.~-]/n) { |c| format('%%%02X', c.ord) }
  end

  def parse(word)
    raise Skip, 'names and attributes of servers' if word =~ /;|\A[^:\/\[]*=/
    path, port, weight = UNIX.match(word)&.captures
    return Server.new(nil, nil, port, weight, decode(path)) if path
    host, ip, port, weight = HOST.match(word)&.captures
    raise Skip, "not a server: #{word}" unless host
    Server.new(decode(host.gsub(/\A\[|\]\z/, '')), ip, port, weight, nil)
  end

  def value(client, type, word)
    takes = client.class.const_defined?(:TYPES) ? client.class::TYPES : TYPES
    raise Skip, "values of the type #{type}" unless takes.include?(type)
    text = decode(word)
    value = case type
            when 'bytes' then text.b
            when 'text' then text
            when 'int' then Integer(text, 10)
            when 'float' then Float(text)
            when 'bool' then { 'true' => true, 'false' => false }.fetch(text)
            when 'list', 'map' then JSON.parse(text)
            end
    fits = type == 'bytes' || [type, nil].include?(name_of(value))
    raise ArgumentError, "not a #{type}" unless fits
    value
  end

  def name_of(value)
    return CLASSES[value.class] unless value.is_a?(String)
    'text' if value.encoding == Encoding::UTF_8 && value.valid_encoding?
  end

  def typed(value)
    name = name_of(value) || (value.is_a?(String) ? 'bytes' : 'other')
    text = case name
           when 'list', 'map' then JSON.generate(value)
           when 'other' then value.class.name
           else value.to_s
           end
    "typed #{name} #{encode(text)}"
  end

  def many(client, words)
    keys = words.empty? ? [''] : words.map { |word| decode(word) }
    found = client.many(keys).transform_keys(&:b)
    ['many', *keys.map { |key| found[key.b] ? "+#{encode(found[key.b])}" : '-' }].join(' ')
  end

  def answer(client, verb, words)
    if verb == 'servers'
      client.servers(words.map { |word| parse(word) })
      return 'ok'
    end
    return many(client, words) if verb == 'many'
    return "hash #{client.hash_of(words[0], decode(words[1]))}" if verb == 'hash'
    key = decode(words[0])
    case verb
    when 'locate' then "at #{client.locate(key)}"
    when 'set' then client.set(key, decode(words[1])) ? 'ok' : 'no not stored'
    when 'store' then client.store(key, value(client, words[1], words[2])) ? 'ok' : 'no not stored'
    when 'get' then (found = client.get(key)) ? "value #{encode(found)}" : 'miss'
    when 'fetch' then (found = client.fetch(key)).nil? ? 'miss' : typed(found)
    end
  end

  # Serves until "bye".
  def serve(client, name, version)
    out = $stdout.dup
    $stdout = $stderr # some clients print
    out.sync = true
    verbs = VERBS.select { |verb| client.respond_to?(verb == 'hash' ? 'hash_of' : verb) }
    hello = "hello #{name} #{version} ruby #{verbs.join(',')} runtime=Ruby-#{RUBY_VERSION}"
    while (line = $stdin.gets)
      verb, *words = line.b.chomp.split(' ', -1)
      break if verb == 'bye'
      out.puts reply(client, verb.to_s, words, verbs, hello)
    end
  end

  def reply(client, verb, words, verbs, hello)
    return hello if verb == 'hello'
    verbs.include?(verb) ? answer(client, verb, words) : "skip #{verb}"
  rescue Skip => e
    "skip #{e.message}"
  rescue StandardError => e
    "#{verb == 'servers' ? 'skip' : 'no'} #{e.class} #{e.message.b.gsub(/[^!-~]+/n, ' ')}"
  end
end
