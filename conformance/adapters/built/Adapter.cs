using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>The client cannot express what was asked for.</summary>
sealed class Skip : Exception
{
    public Skip(string why) : base(why) { }
}

/// <summary>host[/ip][:port] of a server list, with the attribute buckets.</summary>
sealed class Server
{
    static readonly Regex Form = new Regex(
        @"^(\[[^\]]*\]|[^:/=;]+)(?:/(\[[^\]]*\]|[^:;]+))?(?::(\d+))?(?:;buckets=([\d+-]*))?$");
    public string Host, Ip, Buckets;
    public int Port;

    public static Server Parse(string word)
    {
        var form = Form.Match(word);
        if (!form.Success || word.StartsWith("unix:"))
            throw new Skip("weights, names, attributes and unix sockets of servers");
        return new Server
        {
            Host = form.Groups[1].Value.Trim('[', ']'),
            Ip = form.Groups[2].Value.Trim('[', ']'),
            Port = form.Groups[3].Success ? int.Parse(form.Groups[3].Value) : 11211,
            Buckets = form.Groups[4].Value,
        };
    }

    /// <summary>With an address beside the name: what the resolver would make of the name.</summary>
    public IPAddress Address()
    {
        IPAddress address;
        if (!IPAddress.TryParse(Ip == "" ? Host : Ip, out address))
            throw new Skip("names without an address");
        return address;
    }
}

/// <summary>What the C# adapters share: the protocol polyring-adapter/1.</summary>
abstract class Adapter
{
    static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

    protected abstract void Servers(List<Server> servers);
    protected abstract int Locate(string key);
    protected abstract bool Set(string key, byte[] value);

    static byte[] Decode(string word)
    {
        var bytes = new MemoryStream();
        for (int i = 0; i < word.Length; i++)
        {
            if (word[i] == '%')
            {
                bytes.WriteByte(byte.Parse(word.Substring(i + 1, 2), NumberStyles.HexNumber));
                i += 2;
            }
            else bytes.WriteByte((byte)word[i]);
        }
        return bytes.ToArray();
    }

    /// <summary>The key as a C# program has it; bytes that are no UTF-8 cannot be expressed.</summary>
    static string Text(string word)
    {
        return Strict.GetString(Decode(word));
    }

    string Answer(string verb, string[] words)
    {
        switch (verb)
        {
            case "servers":
                Servers(words.Select(Server.Parse).ToList());
                return "ok";
            case "locate":
                return "at " + Locate(Text(words[0]));
            case "set":
                var value = Decode(words.Length > 1 ? words[1] : "");
                return Set(Text(words[0]), value) ? "ok" : "no not stored";
            default:
                return "skip " + verb;
        }
    }

    /// <summary>Serves until "bye"; hello is the reply to "hello" without that word.</summary>
    protected void Serve(string hello)
    {
        for (string line; (line = Console.ReadLine()) != null && line != "bye";)
        {
            var all = line.Split(' ');
            var words = all.Length > 1 ? all.Skip(1).ToArray() : new[] { "" };
            string reply;
            try
            {
                reply = all[0] == "hello" ? "hello " + hello : Answer(all[0], words);
            }
            catch (Skip why)
            {
                reply = "skip " + why.Message;
            }
            catch (Exception why) // whatever the client raises: it refuses the key, or the list
            {
                var text = Regex.Replace(why.GetType().Name + " " + why.Message, "[^!-~]+", " ");
                reply = (all[0] == "servers" ? "skip " : "no ") + text;
            }
            Console.Out.Write(reply + "\n");
            Console.Out.Flush();
        }
    }
}
