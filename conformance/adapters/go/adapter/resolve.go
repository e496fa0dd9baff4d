package adapter

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// resolve makes Go's own resolver answer the addresses that the list gives beside the names, for
// clients that look names up themselves. Other names are not found.
func resolve(servers []Server) {
	addresses := map[string]net.IP{}
	for _, server := range servers {
		if server.IP != "" {
			addresses[strings.ToLower(server.Host)+"."] = net.ParseIP(server.IP)
		}
	}
	net.DefaultResolver = &net.Resolver{
		PreferGo: true,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			asker, answerer := net.Pipe()
			go answerQuestions(answerer, addresses)
			return asker, nil
		},
	}
}

// answerQuestions is a name server on one connection: DNS over a stream, messages after their length.
func answerQuestions(link net.Conn, addresses map[string]net.IP) {
	defer link.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(link, size[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(link, question); err != nil {
			return
		}
		var message dnsmessage.Message
		if message.Unpack(question) != nil || len(message.Questions) != 1 {
			return
		}
		fill(&message, addresses)
		packed, err := message.Pack()
		if err != nil {
			return
		}
		binary.BigEndian.PutUint16(size[:], uint16(len(packed)))
		if _, err := link.Write(append(size[:], packed...)); err != nil {
			return
		}
	}
}

func fill(message *dnsmessage.Message, addresses map[string]net.IP) {
	asked := message.Questions[0]
	message.Response, message.RecursionAvailable = true, true
	message.Additionals = nil
	ip, known := addresses[strings.ToLower(asked.Name.String())]
	if !known {
		message.RCode = dnsmessage.RCodeNameError
		return
	}
	head := dnsmessage.ResourceHeader{Name: asked.Name, Type: asked.Type, Class: asked.Class}
	if four := ip.To4(); four != nil && asked.Type == dnsmessage.TypeA {
		body := &dnsmessage.AResource{}
		copy(body.A[:], four)
		message.Answers = []dnsmessage.Resource{{Header: head, Body: body}}
	} else if four == nil && asked.Type == dnsmessage.TypeAAAA {
		body := &dnsmessage.AAAAResource{}
		copy(body.AAAA[:], ip)
		message.Answers = []dnsmessage.Resource{{Header: head, Body: body}}
	}
}
