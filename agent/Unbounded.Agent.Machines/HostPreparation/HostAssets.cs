namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>The files of <c>systemd-units/</c> and the manual page, which are installed as they are; they travel inside the binary.</summary>
internal static class HostAssets
{
    /// <summary>Bytes of one of the former.</summary>
    /// <param name="name">Its path below <c>systemd-units/</c>.</param>
    public static byte[] Read(string name) => Resource($"systemd-units/{name}");

    /// <summary>Bytes of the manual page, <c>docs/man/unbounded-agent.8</c>.</summary>
    public static byte[] Manual() => Resource("man/unbounded-agent.8");

    private static byte[] Resource(string name)
    {
        using var stream = typeof(HostAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the binary");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
