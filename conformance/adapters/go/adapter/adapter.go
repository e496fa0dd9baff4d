// Package adapter is what the Go adapters share: the protocol polyring-adapter/1, the server text,
// plain connections, and a resolver that answers what the list says.
package adapter

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
)

// Client is what an adapter does. An error becomes "no" ("skip" for a list), Skip "skip".
type Client interface {
	Servers(servers []Server) error
	Locate(key string) (int, error)
	Set(key string, value []byte) error
}

// Getter is a client that can also read.
type Getter interface {
	Get(key string) (value []byte, found bool, err error)
}

// Manyer is a client that can read many keys at once. What such a client stores are bytes: "store"
// is its Set, "fetch" its Get.
type Manyer interface {
	Getter
	Many(keys []string) (found map[string][]byte, err error)
}

// Hasher is a client whose hash functions can be called.
type Hasher interface {
	Hash(function, key string) (uint64, error)
}

func encode(value []byte) string {
	var text strings.Builder
	for _, c := range value {
		if c < 0x80 && (strings.ContainsRune("-._~", rune(c)) || c >= '0' && c <= '9' ||
			c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') {
			text.WriteByte(c)
		} else {
			fmt.Fprintf(&text, "%%%02X", c)
		}
	}
	return text.String()
}

func servers(client Client, words []string) (string, error) {
	var list []Server
	for _, word := range words {
		server, err := parse(word)
		if err != nil {
			return "", err
		}
		list = append(list, server)
	}
	if err := distinct(list); err != nil {
		return "", err
	}
	resolve(list)
	return "ok", client.Servers(list)
}

func get(client Getter, key, prefix string) (string, error) {
	value, found, err := client.Get(key)
	if !found {
		return "miss", err
	}
	return prefix + encode(value), err
}

func many(client Manyer, words []string) (string, error) {
	var keys []string
	for _, word := range words {
		keys = append(keys, unescape(word))
	}
	found, err := client.Many(keys)
	text := "many"
	for _, key := range keys {
		if value, ok := found[key]; ok {
			text += " +" + encode(value)
		} else {
			text += " -"
		}
	}
	return text, err
}

func store(client Client, key string, words []string) (string, error) {
	if len(words) < 2 || words[1] != "bytes" {
		return "", Skip("values that are no bytes")
	}
	value := ""
	if len(words) > 2 {
		value = unescape(words[2])
	}
	return "ok", client.Set(key, []byte(value))
}

func answer(client Client, verb string, words []string) (string, error) {
	first, second := unescape(words[0]), ""
	if len(words) > 1 {
		second = unescape(words[1])
	}
	switch verb {
	case "servers":
		return servers(client, words)
	case "locate":
		at, err := client.Locate(first)
		return fmt.Sprintf("at %d", at), err
	case "set":
		return "ok", client.Set(first, []byte(second))
	case "get":
		if getter, can := client.(Getter); can {
			return get(getter, first, "value ")
		}
	case "many", "store", "fetch":
		if manyer, can := client.(Manyer); can && verb == "many" {
			return many(manyer, words)
		} else if can && verb == "fetch" {
			return get(manyer, first, "typed bytes ")
		} else if can {
			return store(client, first, words)
		}
	case "hash":
		if hasher, can := client.(Hasher); can {
			number, err := hasher.Hash(words[0], second)
			return fmt.Sprintf("hash %d", number), err
		}
	}
	return "", Skip(verb)
}

// version is the one of the module that the client comes from, as this program was built with it.
func version(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, built := range info.Deps {
			if built.Path == module {
				return built.Version
			}
		}
	}
	return "unknown"
}

func hello(client Client, name, module string) string {
	verbs := "servers,locate,set"
	if _, can := client.(Getter); can {
		verbs += ",get"
	}
	if _, can := client.(Manyer); can {
		verbs += ",many,store,fetch"
	}
	if _, can := client.(Hasher); can {
		verbs += ",hash"
	}
	return fmt.Sprintf("hello %s %s go %s runtime=%s", name, version(module), verbs, runtime.Version())
}

var blanks = regexp.MustCompile(`[^!-~]+`)

func reply(client Client, verb string, words []string) (text string) {
	defer func() { // a client that panics, or that has no servers yet
		if why := recover(); why != nil {
			text = "no " + blanks.ReplaceAllString(fmt.Sprint(why), " ")
		}
	}()
	text, err := answer(client, verb, words)
	var skip Skip
	switch {
	case err == nil:
		return text
	case errors.As(err, &skip):
		return "skip " + string(skip)
	case verb == "servers":
		return "skip " + blanks.ReplaceAllString(err.Error(), " ")
	}
	return "no " + blanks.ReplaceAllString(err.Error(), " ")
}

// Serve answers requests until "bye".
func Serve(client Client, name, module string) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 8<<20) // values are percent-encoded: three bytes for one
	for lines.Scan() {
		words := strings.Split(lines.Text(), " ")
		verb, words := words[0], append(words[1:], "")
		if len(words) > 1 {
			words = words[:len(words)-1]
		}
		switch verb {
		case "bye":
			return
		case "hello":
			fmt.Println(hello(client, name, module))
		default:
			fmt.Println(reply(client, verb, words))
		}
	}
}
