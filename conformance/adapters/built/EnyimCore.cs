using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Enyim.Caching.Memcached;
using Enyim.Caching.Memcached.Results;

/// <summary>A server as the locators see it, with a plain connection.</summary>
sealed class Node : IMemcachedNode
{
    readonly IPEndPoint place;
    Stream link;

    public Node(EndPoint endPoint, IPEndPoint place)
    {
        EndPoint = endPoint;
        this.place = place;
    }

    public EndPoint EndPoint { get; private set; }
    public bool IsAlive { get { return true; } }
    public bool Ping() { return true; }
    public IOperationResult Execute(IOperation op) { throw new NotSupportedException(); }
    public Task<IOperationResult> ExecuteAsync(IOperation op) { throw new NotSupportedException(); }
    public Task<bool> ExecuteAsync(IOperation op, Action<bool> next) { throw new NotSupportedException(); }
    public event Action<IMemcachedNode> Failed { add { } remove { } }
    public void Dispose() { if (link != null) link.Dispose(); }

    public bool Set(string key, byte[] value)
    {
        if (link == null)
        {
            var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(place);
            link = new NetworkStream(socket, true);
        }
        var head = Encoding.UTF8.GetBytes("set " + key + " 0 0 " + value.Length + "\r\n");
        var request = head.Concat(value).Concat(new byte[] { 13, 10 }).ToArray();
        link.Write(request, 0, request.Length);
        var reply = new StringBuilder();
        for (int c; (c = link.ReadByte()) >= 0 && c != '\n';) reply.Append((char)c);
        if (reply.ToString() == "STORED\r") return true;
        link.Dispose(); // what else it answers would be taken for the next key's
        link = null;
        return false;
    }
}

/// <summary>EnyimMemcachedCore's locators; the rest of it needs a newer runtime than Mono's.
/// usage: mono enyim-core.exe default|names|legacy</summary>
sealed class EnyimCore : Adapter
{
    readonly string configuration;
    List<IMemcachedNode> nodes;
    IMemcachedNodeLocator locator;

    EnyimCore(string configuration) { this.configuration = configuration; }

    /// <summary>What the options of the client make of an address: an address stays one, except
    /// under AddServer("host:port") and under TLS, which is what "names" stands for.</summary>
    EndPoint EndPoint(Server server)
    {
        IPAddress address;
        if (configuration != "names" && IPAddress.TryParse(server.Host, out address))
            return new IPEndPoint(address, server.Port);
        if (configuration != "names") throw new Skip("names of hosts: see \"names\"");
        return new DnsEndPoint(server.Host, server.Port);
    }

    protected override void Servers(List<Server> servers)
    {
        if (servers.Any(server => server.Buckets != "")) throw new Skip("buckets of a server");
        nodes = servers.Select(server => (IMemcachedNode)new Node(
            EndPoint(server), new IPEndPoint(server.Address(), server.Port))).ToList();
        locator = servers.Count == 1 ? new SingleNodeLocator()
            : configuration == "legacy" ? (IMemcachedNodeLocator)new LegacyNodeLocator()
            : new DefaultNodeLocator();
        locator.Initialize(nodes);
    }

    protected override int Locate(string key)
    {
        return nodes.IndexOf(locator.Locate(new DefaultKeyTransformer().Transform(key)));
    }

    protected override bool Set(string key, byte[] value)
    {
        return ((Node)nodes[Locate(key)]).Set(key, value);
    }

    static void Main(string[] arguments)
    {
        new EnyimCore(arguments[0]).Serve(
            "enyim-core 3.4.6 c# servers,locate,set runtime=Mono-" + Environment.Version);
    }
}
