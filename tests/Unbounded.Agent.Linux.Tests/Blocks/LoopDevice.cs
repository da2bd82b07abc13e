namespace Unbounded.Agent.Linux.Tests.Blocks;

/// <summary>A real block device over a sparse file. Needs root; the tests that use it fail without, and say so.</summary>
internal sealed class LoopDevice : IDisposable
{
    private readonly string _file;

    public LoopDevice(string file, long sizeBytes)
    {
        _file = file;
        using (var stream = File.Create(file))
            stream.SetLength(sizeBytes);
        Path = Tool.Run("losetup", "--find", "--show", file);
    }

    /// <summary>Its node.</summary>
    public string Path { get; }

    /// <summary>Its name in sysfs.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Its number, <c>major:minor</c>.</summary>
    public string Number => File.ReadAllText($"/sys/class/block/{Name}/dev").Trim();

    /// <summary>What is on it.</summary>
    public byte[] Read(int length)
    {
        using var stream = File.OpenRead(_file);
        var content = new byte[length];
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>Changes a byte behind everybody's back.</summary>
    public void Damage(long at)
    {
        using var stream = new FileStream(_file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = at;
        var old = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(old ^ 0xff));
        stream.Flush(flushToDisk: true);
    }

    public void Dispose() => Tool.Run("losetup", "--detach", Path);
}
