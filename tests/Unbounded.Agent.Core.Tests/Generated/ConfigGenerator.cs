using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Tests.Configuration;

namespace Unbounded.Agent.Core.Tests.Generated;

/// <summary>Makes valid configurations at random, with every field present about half of the time. One seed always gives the same.</summary>
internal sealed class ConfigGenerator(int seed)
{
    private readonly Random _random = new(seed);

    public JsonObject Make()
    {
        var config = new JsonObject { ["MachineName"] = Name(), ["Cluster"] = Cluster(), ["Kubelet"] = Kubelet() };
        Maybe(config, "NodeName", () => Name());
        Maybe(config, "CRI", () => new JsonObject { ["Containerd"] = Versioned("Version"), ["Runc"] = Versioned("Version") });
        Maybe(config, "CNI", () => Versioned("PluginVersion"));
        Maybe(config, "OCIImage", () => Pick("file", "dir", "oci-layout") + "://" + PathBelow("/srv"));
        Maybe(config, "AdditionalHostDevices", () => Distinct(() => PathBelow("/dev")));
        Maybe(config, "AdditionalHostMounts", () => Mounts());
        Maybe(config, "OfflineArtifacts", () => new JsonObject { ["Source"] = PathBelow("/srv") });
        Maybe(config, "Downloads", () => new JsonObject { ["Runc"] = new JsonObject { ["URL"] = "https://mirror.example/" + Name() } });
        return config;
    }

    private JsonObject Cluster()
    {
        var cluster = new JsonObject { ["CaCertBase64"] = TestConfig.CaBase64, ["Version"] = Pick("", "v") + Version() };
        Maybe(cluster, "ClusterDNS", () => $"10.{_random.Next(256)}.{_random.Next(256)}.{_random.Next(256)}");
        return cluster;
    }

    private JsonObject Kubelet()
    {
        var kubelet = new JsonObject { ["ApiServer"] = Pick("", "https://") + Name() + ":6443", ["Auth"] = Auth() };
        Maybe(kubelet, "Labels", () => Labels());
        Maybe(kubelet, "RegisterWithTaints", () => Distinct(() => $"{Name()}={Pick("", "a", "B-1")}:{Pick("NoSchedule", "NoExecute", "PreferNoSchedule")}"));
        Maybe(kubelet, "NodeIP", () => Pick("192.0.2.1", "2001:db8::1", "192.0.2.1,2001:db8::1"));
        Maybe(kubelet, "Configuration", () => Object(0));
        return kubelet;
    }

    private JsonObject Auth()
    {
        if (_random.Next(2) == 0)
            return new JsonObject { ["BootstrapToken"] = TestConfig.Token };
        var exec = new JsonObject { ["command"] = "/usr/bin/" + Name(), ["apiVersion"] = "client.authentication.k8s.io/" + Pick("v1", "v1beta1") };
        Maybe(exec, "args", () => new JsonArray(Text(), Text()));
        Maybe(exec, "env", () => new JsonArray(new JsonObject { ["name"] = Name(), ["value"] = Text() }));
        Maybe(exec, "installHint", () => Text());
        Maybe(exec, "provideClusterInfo", () => _random.Next(2) == 0);
        Maybe(exec, "interactiveMode", () => Pick("Never", "IfAvailable", "Always"));
        return new JsonObject { ["ExecCredential"] = exec };
    }

    private JsonArray Mounts()
    {
        var mounts = new JsonArray();
        foreach (var source in Distinct(() => PathBelow("/srv")).Select(s => (string)s!))
        {
            var mount = new JsonObject { ["Source"] = source };
            Maybe(mount, "Target", () => "/mnt" + source);
            Maybe(mount, "ReadOnly", () => _random.Next(2) == 0);
            mounts.Add((JsonNode)mount);
        }

        return mounts;
    }

    private JsonObject Labels()
    {
        var labels = new JsonObject();
        for (var i = _random.Next(6); i > 0; i--)
            labels[Pick("", "x.example/") + Name()] = Pick("", "a", "A.b_c-1");
        return labels;
    }

    private JsonObject Object(int depth)
    {
        var node = new JsonObject();
        for (var i = _random.Next(1, 5); i > 0; i--)
            node[Name()] = Value(depth + 1);
        return node;
    }

    private JsonNode? Value(int depth) => _random.Next(depth > 3 ? 5 : 7) switch
    {
        0 => null,
        1 => _random.Next(2) == 0,
        2 => _random.NextInt64(-1L << 53, 1L << 53),
        3 => _random.NextDouble() * Math.Pow(10, _random.Next(-30, 30)),
        4 => Text(),
        5 => new JsonArray(Value(depth + 1), Value(depth + 1)),
        _ => Object(depth),
    };

    private JsonObject Versioned(string name)
    {
        var node = new JsonObject();
        Maybe(node, name, () => Version());
        return node;
    }

    private JsonArray Distinct(Func<string> make) =>
        new([.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => make()).Distinct(StringComparer.Ordinal).Select(t => (JsonNode)t)]);

    private void Maybe(JsonObject node, string name, Func<JsonNode?> make)
    {
        if (_random.Next(2) == 0)
            node[name] = make();
    }

    private string Version() => $"{_random.Next(3)}.{_random.Next(40)}.{_random.Next(20)}{Pick("", "", "-rc.1")}";

    private string PathBelow(string directory) => $"{directory}/{Name()}{Pick("", "/" + Name())}";

    private string Name() => $"{(char)('a' + _random.Next(26))}{_random.Next(1000)}{Pick("", "x", "-y")}";

    private string Text() => Pick("", "plain", "<a href=\"x\">&amp;</a>", "tab\tnewline\n", "ä 漢字 😀", "\u2028", "\\ back", "\u0007\u001f") + Name();

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
