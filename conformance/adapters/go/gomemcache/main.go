// github.com/bradfitz/gomemcache. usage: gomemcache default
package main

import (
	"errors"

	"github.com/bradfitz/gomemcache/memcache"
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
		if server.Weighs && server.Weight == 0 {
			return adapter.Skip("weight 0")
		}
		spelled = append(spelled, server.Spelled())
		for more := 1; more < server.Weight; more++ { // being listed again is being heavier
			spelled = append(spelled, server.Spelled())
		}
	}
	var selector memcache.ServerList
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

func main() { adapter.Serve(&client{}, "gomemcache", "github.com/bradfitz/gomemcache") }
