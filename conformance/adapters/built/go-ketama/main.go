// github.com/dgryski/go-ketama, a ring without a client. usage: go-ketama default|search
package main

import (
	"errors"
	"os"

	"github.com/dgryski/go-ketama"
	"polyring/adapters/adapter"
)

type client struct {
	ring   *ketama.Continuum
	labels map[string]int
	links  adapter.Links
}

func (c *client) Servers(servers []adapter.Server) error {
	if err := adapter.Labelled(servers); err != nil {
		return err
	}
	c.labels = map[string]int{}
	var buckets []ketama.Bucket
	for i, server := range servers {
		label := server.Spelled()
		c.labels[label] = i
		// No weight given is 0 here, which the library takes for 1.
		buckets = append(buckets, ketama.Bucket{Label: label, Weight: server.Weight})
	}
	hash := ketama.HashFunc1 // what New takes
	if os.Args[1] == "search" {
		hash = ketama.HashFunc2
	}
	var err error
	c.ring, err = ketama.NewWithHash(buckets, hash)
	c.links.Connect(servers)
	return err
}

func (c *client) Locate(key string) (int, error) {
	at, known := c.labels[c.ring.Hash(key)]
	if !known {
		return 0, errors.New("the ring is empty")
	}
	return at, nil
}

func (c *client) Set(key string, value []byte) error {
	at, err := c.Locate(key)
	if err != nil {
		return err
	}
	return c.links.Set(at, key, value)
}

func main() { adapter.Serve(&client{}, "go-ketama", "github.com/dgryski/go-ketama") }
