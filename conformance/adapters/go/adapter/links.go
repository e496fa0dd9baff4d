package adapter

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// Links are plain connections to the servers, for a ring that has no client of its own.
type Links struct {
	servers []Server
	files   []*bufio.ReadWriter
}

// Connect forgets the connections there were; new ones are made when they are needed.
func (l *Links) Connect(servers []Server) {
	l.servers, l.files = servers, make([]*bufio.ReadWriter, len(servers))
}

func (s Server) dial() (net.Conn, error) {
	if s.Path != "" {
		return net.Dial("unix", s.Path)
	}
	host, port := s.Host, s.Port
	if s.IP != "" { // the ring takes the address beside a name at its word, and so do we
		host = s.IP
	}
	if port == "" {
		port = "11211"
	}
	return net.Dial("tcp", net.JoinHostPort(host, port))
}

func (l *Links) file(at int) (*bufio.ReadWriter, error) {
	if l.files[at] == nil {
		link, err := l.servers[at].dial()
		if err != nil {
			return nil, err
		}
		l.files[at] = bufio.NewReadWriter(bufio.NewReader(link), bufio.NewWriter(link))
	}
	return l.files[at], nil
}

// Get reads the value from the server at that place of the list.
func (l *Links) Get(at int, key string) ([]byte, bool, error) {
	file, err := l.file(at)
	if err != nil {
		return nil, false, err
	}
	fmt.Fprintf(file, "get %s\r\n", key)
	if err := file.Flush(); err != nil {
		return nil, false, err
	}
	line, err := file.ReadString('\n')
	if err != nil || line == "END\r\n" {
		return nil, false, err
	}
	var size int
	words := strings.Fields(line)
	if len(words) == 4 {
		size, err = strconv.Atoi(words[3])
	}
	if len(words) != 4 || err != nil {
		l.files[at] = nil
		return nil, false, errors.New(line)
	}
	value := make([]byte, size+len("\r\nEND\r\n"))
	_, err = io.ReadFull(file, value)
	return value[:size], err == nil, err
}

// Set stores the value on the server at that place of the list.
func (l *Links) Set(at int, key string, value []byte) error {
	file, err := l.file(at)
	if err != nil {
		return err
	}
	fmt.Fprintf(file, "set %s 0 0 %d\r\n%s\r\n", key, len(value), value)
	if err := file.Flush(); err != nil {
		return err
	}
	line, err := file.ReadString('\n')
	if err == nil && line != "STORED\r\n" {
		l.files[at] = nil // what else it answers would be taken for the next key's
		return fmt.Errorf("%s", line)
	}
	return err
}
