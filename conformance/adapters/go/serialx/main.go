// github.com/serialx/hashring, a ring without a client. usage: serialx default
package main

import (
	"errors"

	"github.com/serialx/hashring"
	"polyring/adapters/adapter"
)

type client struct {
	ring  *hashring.HashRing
	nodes map[string]int
	links adapter.Links
}

func (c *client) Servers(servers []adapter.Server) error {
	if err := adapter.Labelled(servers); err != nil {
		return err
	}
	c.nodes = map[string]int{}
	var nodes []string
	weights := map[string]int{}
	for i, server := range servers {
		node := server.Spelled()
		c.nodes[node] = i
		nodes = append(nodes, node)
		if server.Weighs {
			weights[node] = server.Weight
		}
	}
	if len(weights) == 0 {
		c.ring = hashring.New(nodes)
	} else if len(weights) == len(nodes) {
		c.ring = hashring.NewWithWeights(weights)
	} else {
		return adapter.Skip("weights, unless each server has one")
	}
	c.links.Connect(servers)
	return nil
}

func (c *client) Locate(key string) (int, error) {
	node, ok := c.ring.GetNode(key)
	if !ok {
		return 0, errors.New("the ring is empty")
	}
	return c.nodes[node], nil
}

func (c *client) Set(key string, value []byte) error {
	at, err := c.Locate(key)
	if err != nil {
		return err
	}
	return c.links.Set(at, key, value)
}

func (c *client) Get(key string) ([]byte, bool, error) {
	at, err := c.Locate(key)
	if err != nil {
		return nil, false, err
	}
	return c.links.Get(at, key)
}

func main() { adapter.Serve(&client{}, "serialx-hashring", "github.com/serialx/hashring") }
