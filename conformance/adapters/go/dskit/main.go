// github.com/grafana/dskit/cache: Grafana's fork of gomemcache with the jump hash that Mimir, Loki,
// Tempo and Thanos use. usage: dskit jump
package main

import (
	"errors"

	"github.com/grafana/dskit/cache"
	"github.com/grafana/gomemcache/memcache"
	"polyring/adapters/adapter"
)

type client struct {
	list  []adapter.Server
	real  *memcache.Client
	scout adapter.Scout
	asked *memcache.Client // the client that only scouts
}

func (c *client) Servers(servers []adapter.Server) error {
	var spelled []string
	for _, server := range servers {
		if server.Weighs {
			return adapter.Skip("weights")
		}
		spelled = append(spelled, server.Spelled())
	}
	var selector cache.MemcachedJumpHashSelector
	if err := selector.SetServers(spelled...); err != nil {
		return err
	}
	if c.real != nil {
		c.real.Close()
	}
	c.list, c.real = servers, memcache.NewFromSelector(&selector)
	c.scout.Selector = &selector
	c.asked = memcache.NewFromSelector(&c.scout)
	return nil
}

func (c *client) Locate(key string) (int, error) {
	get := func(key string) error { _, err := c.asked.Get(key); return err }
	return c.scout.Index(c.list, get, key)
}

func (c *client) Set(key string, value []byte) error {
	return c.real.Set(&memcache.Item{Key: key, Value: value})
}

func (c *client) Get(key string) ([]byte, bool, error) {
	item, err := c.real.Get(key)
	if errors.Is(err, memcache.ErrCacheMiss) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return item.Value, true, nil
}

func (c *client) Many(keys []string) (map[string][]byte, error) {
	items, err := c.real.GetMulti(keys)
	found := map[string][]byte{}
	for key, item := range items {
		found[key] = item.Value
	}
	return found, err
}

func main() { adapter.Serve(&client{}, "dskit", "github.com/grafana/dskit") }
