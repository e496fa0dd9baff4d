package adapter

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Skip is a list that the client cannot express, or a question that it has no answer to.
type Skip string

func (why Skip) Error() string { return string(why) }

// Server is one word of a server list: host[/ip][:port][:weight] or unix:path[:weight].
type Server struct {
	Host   string // without brackets; "" for a path
	IP     string // "" if the list gives none
	Port   string // "" if the list gives none
	Path   string // "" for a host
	Weight int
	Weighs bool // whether the list gives a weight
}

var (
	unixPlace = regexp.MustCompile(`^unix:([^:]*)(?::(\d+))?$`)
	hostPlace = regexp.MustCompile(`^(\[.*?\]|[^:/]+)(?:/(\[.*?\]|[^:]+))?(?::(\d+))?(?::(\d+))?$`)
	named     = regexp.MustCompile(`;|^[^:/\[]*=`)
	fraction  = regexp.MustCompile(`:\d*\.\d*$`)
)

func parse(word string) (Server, error) {
	if named.MatchString(word) {
		return Server{}, Skip("names and attributes of servers")
	}
	if fraction.MatchString(word) {
		return Server{}, Skip("fractional weights")
	}
	var server Server
	weight := ""
	if part := unixPlace.FindStringSubmatch(word); part != nil {
		server.Path, weight = unescape(part[1]), part[2]
	} else if part := hostPlace.FindStringSubmatch(word); part != nil {
		server.Host, server.IP = unescape(strings.Trim(part[1], "[]")), strings.Trim(part[2], "[]")
		server.Port, weight = part[3], part[4]
	} else {
		return Server{}, Skip("not a server: " + word)
	}
	server.Weighs = weight != ""
	if server.Weighs {
		server.Weight, _ = strconv.Atoi(weight) // digits, by the pattern
	}
	return server, nil
}

func unescape(word string) string {
	text, err := url.PathUnescape(word)
	if err != nil {
		return word
	}
	return text
}

// Spelled is the text that Go programs write for the server: host:port, [v6]:port, or the path.
func (s Server) Spelled() string {
	host := s.Host
	if strings.Contains(host, ":") {
		host = fmt.Sprintf("[%s]", host)
	}
	if s.Port != "" {
		host += ":" + s.Port
	}
	return host + s.Path
}

// Labelled tells whether a ring that takes any text can be given these: what a program would write
// for a host without a port is unknown.
func Labelled(servers []Server) error {
	for _, server := range servers {
		if server.Path == "" && server.Port == "" {
			return Skip("labels of hosts without a port")
		}
	}
	return nil
}

// distinct tells whether a place of the list can be told from the client's answer.
func distinct(servers []Server) error {
	seen := map[string]bool{}
	for _, server := range servers {
		if seen[server.Spelled()] {
			return Skip("a server that is listed twice")
		}
		seen[server.Spelled()] = true
	}
	return nil
}
