using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Configuration.Parsing;

/// <summary>
/// Reads devices and mounts of the host. Their paths end up in unit files, so a bad one is an error wherever it comes from, and never kept.
/// </summary>
internal static class HostReader
{
    public static List<string> Devices(DocumentMap root, FieldReader fields, int maximum)
    {
        var devices = new List<string>();
        foreach (var node in root.Texts("AdditionalHostDevices", maximum))
        {
            if (IsDeviceGroup(node.Scalar))
                fields.Problems.Doubt(node, "device groups are not supported: name each device below /dev");
            else if (PathSyntax.Device(node.Scalar) is { } problem)
                fields.Problems.Error(node, problem);
            else if (devices.Contains(node.Scalar, StringComparer.Ordinal))
                fields.Problems.Warn(node, "is there more than once");
            else
                devices.Add(node.Scalar);
        }

        return devices;
    }

    public static List<HostMount> Mounts(DocumentMap root, FieldReader fields, int maximum)
    {
        var mounts = new List<HostMount>();
        foreach (var map in root.Maps("AdditionalHostMounts", maximum))
        {
            var source = map.Text("Source");
            var target = map.Text("Target");
            var readOnly = map.Flag("ReadOnly") ?? false;
            map.Finish();
            if (map.Lacks("Source"))
                fields.Problems.Error(map.Node, "Source is required");
            else if (source is not null && IsUsable(source, target, fields.Problems))
                Add(mounts, new HostMount(source.Scalar, (target ?? source).Scalar, readOnly), map.Node, fields.Problems);
        }

        return mounts;
    }

    private static bool IsUsable(DocumentNode source, DocumentNode? target, DocumentProblems problems)
    {
        var ofSource = PathSyntax.Absolute(source.Scalar);
        var ofTarget = target is null ? null : PathSyntax.MountTarget(target.Scalar);
        if (ofSource is null && target is null)
            ofSource = PathSyntax.MountTarget(source.Scalar);
        if (ofSource is not null)
            problems.Error(source, ofSource);
        if (ofTarget is not null)
            problems.Error(target!, ofTarget);
        return ofSource is null && ofTarget is null;
    }

    private static void Add(List<HostMount> mounts, HostMount mount, DocumentNode node, DocumentProblems problems)
    {
        if (mounts.Exists(m => string.Equals(m.Target, mount.Target, StringComparison.Ordinal)))
            problems.Error(node, "another mount has the same target");
        else
            mounts.Add(mount);
    }

    // systemd's DeviceAllow= groups, which newer ancestors accept.
    private static bool IsDeviceGroup(string value) =>
        value.StartsWith("char-", StringComparison.Ordinal) || value.StartsWith("block-", StringComparison.Ordinal);
}
