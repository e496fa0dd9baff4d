package adapter

import (
	"errors"
	"net"
)

// ErrFound ends an operation of the client once it has chosen the server.
var ErrFound = errors.New("found")

// Scout stands between a client of the gomemcache family and its selector: it notes the server that
// an operation chose, after the client's own checks of the key, and ends the operation there.
type Scout struct {
	Selector interface {
		PickServer(key string) (net.Addr, error)
		Each(func(net.Addr) error) error
	}
	found net.Addr
}

// PickServer is asked by the client in the middle of an operation.
func (s *Scout) PickServer(key string) (net.Addr, error) {
	var err error
	if s.found, err = s.Selector.PickServer(key); err == nil {
		err = ErrFound
	}
	return nil, err
}

// Each is there because the client's interface wants it.
func (s *Scout) Each(f func(net.Addr) error) error { return s.Selector.Each(f) }

// Index is the place of the server that was found in the list that the caller gave. get is an
// operation of a client whose selector this is.
func (s *Scout) Index(servers []Server, get func(key string) error, key string) (int, error) {
	if err := get(key); !errors.Is(err, ErrFound) {
		return 0, err
	}
	for i, server := range servers {
		if server.address() == s.found.String() {
			return i, nil
		}
	}
	return 0, errors.New("not a server of the list: " + s.found.String())
}

// address is the text of the address that the client resolves the server to.
func (s Server) address() string {
	if s.Path != "" {
		return s.Path
	}
	host := s.Host
	if s.IP != "" {
		host = s.IP
	}
	if ip := net.ParseIP(host); ip != nil {
		host = ip.String()
	}
	return net.JoinHostPort(host, s.Port)
}
