using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using Enyim.Caching;
using Enyim.Caching.Configuration;
using Enyim.Caching.Memcached;

/// <summary>Makes the locator that the configuration asks for.</summary>
sealed class Locators : IProviderFactory<IMemcachedNodeLocator>
{
    public Func<IMemcachedNodeLocator> Make;

    public IMemcachedNodeLocator Create() { return Make(); }
    public void Initialize(Dictionary<string, string> parameters) { }
}

/// <summary>The client, asked where it would look.</summary>
sealed class Asked : MemcachedClient
{
    public Asked(IMemcachedClientConfiguration configuration) : base(configuration) { }

    public int Locate(string key)
    {
        var node = Pool.Locate(KeyTransformer.Transform(key));
        return Pool.GetWorkingNodes().ToList().IndexOf(node);
    }
}

/// <summary>EnyimMemcached. usage: mono enyim.exe default|ketama|ketama-HASH|vbucket</summary>
sealed class Enyims : Adapter
{
    readonly string locator, hash;
    Asked client;

    Enyims(string configuration)
    {
        var parts = configuration.Split(new[] { '-' }, 2);
        locator = parts[0];
        hash = parts.Length > 1 ? parts[1] : "default";
    }

    static IEnumerable<int> Numbers(string buckets)
    {
        foreach (var part in buckets.Split(new[] { '+' }, StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-').Select(int.Parse).ToList();
            for (int bucket = ends.First(); bucket <= ends.Last(); bucket++) yield return bucket;
        }
    }

    static VBucket[] Map(List<Server> servers)
    {
        var owners = new SortedDictionary<int, int>();
        for (int at = 0; at < servers.Count; at++)
            foreach (int bucket in Numbers(servers[at].Buckets)) owners.Add(bucket, at);
        if (owners.Count == 0 || owners.Keys.Last() != owners.Count - 1)
            throw new Skip("servers without a map of buckets");
        return owners.Values.Select(at => new VBucket(at, new int[0])).ToArray();
    }

    protected override void Servers(List<Server> servers)
    {
        if (locator != "vbucket" && servers.Any(server => server.Buckets != ""))
            throw new Skip("buckets of a server");
        var configuration = new MemcachedClientConfiguration();
        foreach (var server in servers)
            configuration.Servers.Add(new IPEndPoint(server.Address(), server.Port));
        var locators = new Locators();
        if (locator == "ketama") locators.Make = () => new KetamaNodeLocator(hash);
        if (locator == "vbucket")
        {
            var ring = new VBucketNodeLocator("crc", Map(servers));
            locators.Make = () => ring;
        }
        if (locators.Make != null) configuration.NodeLocatorFactory = locators;
        if (client != null) client.Dispose();
        client = new Asked(configuration);
    }

    protected override int Locate(string key) { return client.Locate(key); }

    protected override bool Set(string key, byte[] value)
    {
        // The server refuses such a key, and the client does not recover from the answer.
        if (Encoding.UTF8.GetByteCount(key) > 250) throw new ArgumentException("too long");
        return client.Store(StoreMode.Set, key, value);
    }

    static void Main(string[] arguments)
    {
        new Enyims(arguments[0]).Serve(
            "enyim 2.16 c# servers,locate,set runtime=Mono-" + Environment.Version);
        Environment.Exit(0); // its timers would keep the program alive
    }
}
