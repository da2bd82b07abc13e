namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>The files of <c>systemd-units/</c>, which are installed as they are; they travel inside the binary.</summary>
internal static class HostAssets
{
    /// <summary>Bytes of one of them.</summary>
    /// <param name="name">Its path below <c>systemd-units/</c>.</param>
    public static byte[] Read(string name)
    {
        using var stream = typeof(HostAssets).Assembly.GetManifestResourceStream($"systemd-units/{name}")
            ?? throw new InvalidOperationException($"systemd-units/{name} is not in the binary");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
