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
			value, found, err := getter.Get(first)
			if !found {
				return "miss", err
			}
			return "value " + encode(value), err
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
	if _, can := client.(Hasher); can {
		verbs += ",hash"
	}
	return fmt.Sprintf("hello %s %s go %s runtime=%s", name, version(module), verbs, runtime.Version())
}

var blanks = regexp.MustCompile(`[^!-~]+`)

func reply(client Client, verb string, words []string) string {
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
