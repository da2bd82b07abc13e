namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>Reads <c>/proc/self/mountinfo</c> (proc(5)): ID, parent, device, root, mount point, options, optional fields, <c>-</c>, type, source, options.</summary>
internal static class MountTable
{
    /// <summary>Type of the file system that a path is on; <c>unknown</c> when the table does not tell.</summary>
    public static string TypeOf(IEnumerable<string> lines, string path)
    {
        var best = (Length: -1, Type: "unknown");
        foreach (var line in lines)
        {
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            if (fields.Length < 5 || dash < 0 || dash + 1 >= fields.Length)
                continue;
            var point = fields[4].TrimEnd('/');
            // The last of several mounts at one place is the one that is seen.
            if ((path + "/").StartsWith(point + "/", StringComparison.Ordinal) && point.Length >= best.Length)
                best = (point.Length, fields[dash + 1]);
        }

        return best.Type;
    }
}
