using System.Globalization;
using System.Text.Json.Nodes;

namespace Unbounded.Agent.TestHost.Containers;

/// <summary>Writes a description as the body of the API's "create a container".</summary>
internal static class ContainerSpecification
{
    private const int SysResource = 24;

    public static JsonObject Write(ContainerConfiguration configuration, bool podman)
    {
        var host = new JsonObject
        {
            ["NetworkMode"] = configuration.Network,
            ["CgroupnsMode"] = "private",
            ["Binds"] = Array(configuration.Binds),
            ["Devices"] = new JsonArray([.. configuration.Devices.Select(Device)]),
            ["Tmpfs"] = Object(configuration.Tmpfs),
        };
        if (configuration.Privileged)
            WritePrivileges(host, podman);
        var seconds = (int)Math.Ceiling(configuration.StopTimeout.TotalSeconds);
        var specification = new JsonObject
        {
            ["Image"] = configuration.Image,
            ["Tty"] = configuration.Terminal,
            // podman 4.3 takes an absent timeout as none at all, which makes every stop a kill
            ["StopTimeout"] = seconds,
            ["Labels"] = Object(configuration.Labels),
            ["Env"] = Array(configuration.Environment.Select(v => $"{v.Key}={v.Value}")),
            ["HostConfig"] = host,
        };
        if (!configuration.Command.IsEmpty)
            specification["Cmd"] = Array(configuration.Command);
        if (configuration.Hostname is { } hostname)
            specification["Hostname"] = hostname;
        return specification;
    }

    // Docker's privileged mode asks for every capability it knows of and fails where the machine's bounding set lacks one;
    // podman's asks for what there is. The rest of what it grants is spelled out instead.
    private static void WritePrivileges(JsonObject host, bool podman)
    {
        if (podman || HasCapability(SysResource))
        {
            host["Privileged"] = true;
            return;
        }

        host["CapAdd"] = Array(["ALL"]);
        host["CapDrop"] = Array(["SYS_RESOURCE"]);
        host["SecurityOpt"] = Array(["seccomp=unconfined", "apparmor=unconfined"]);
    }

    private static bool HasCapability(int bit)
    {
        const string Field = "CapBnd:";
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(Field, StringComparison.Ordinal));
        var set = ulong.Parse(line.AsSpan(Field.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return (set >> bit & 1) != 0;
    }

    private static JsonNode Device(string path)
        => new JsonObject { ["PathOnHost"] = path, ["PathInContainer"] = path, ["CgroupPermissions"] = "rwm" };

    private static JsonArray Array(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];

    private static JsonObject Object(IEnumerable<KeyValuePair<string, string>> values)
        => new(values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value)));
}
