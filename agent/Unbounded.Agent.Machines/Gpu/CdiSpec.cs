using System.Text.Json;
using System.Text.Json.Nodes;

namespace Unbounded.Agent.Machines.Gpu;

/// <summary>
/// Writes the specification by which containerd gives a GPU to a container (Container Device Interface 0.5.0, <c>nvidia.com/gpu=0</c>). It needs no
/// hook: each library is mounted under the name that programs ask for, where the linkers of Debian's and Red Hat's families look by default.
/// </summary>
internal static class CdiSpec
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, TypeInfoResolver = null };

    /// <summary>Renders the specification.</summary>
    public static string Render(NvidiaDriver driver)
    {
        var spec = new JsonObject
        {
            ["cdiVersion"] = "0.5.0",
            ["kind"] = "nvidia.com/gpu",
            ["devices"] = new JsonArray(
            [
                .. driver.Gpus.Select(g => Device(g["/dev/nvidia".Length..], [g])),
                Device("all", driver.Gpus),
            ]),
            ["containerEdits"] = new JsonObject
            {
                // What a runtime of NVIDIA's own, where an image brings one, takes for "already done".
                ["env"] = new JsonArray("NVIDIA_VISIBLE_DEVICES=void"),
                ["deviceNodes"] = Nodes(driver.Controls),
                ["mounts"] = new JsonArray([.. driver.Libraries.SelectMany(Mounts)]),
            },
        };
        return spec.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Device(string name, IReadOnlyList<string> nodes) => new JsonObject
    {
        ["name"] = name,
        ["containerEdits"] = new JsonObject { ["deviceNodes"] = Nodes(nodes) },
    };

    private static JsonArray Nodes(IReadOnlyList<string> paths) => new([.. paths.Select(p => new JsonObject { ["path"] = p })]);

    private static IEnumerable<JsonObject> Mounts(DriverLibrary library) =>
        new[] { library.LinkPath, $"/usr/lib64/{library.Name}" }.Distinct(StringComparer.Ordinal).Select(target => new JsonObject
        {
            ["hostPath"] = library.FilePath,
            ["containerPath"] = target,
            ["options"] = new JsonArray("ro", "nosuid", "nodev", "bind"),
        });
}
