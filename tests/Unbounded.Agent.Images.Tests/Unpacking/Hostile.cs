using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Tests.Support;
using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Images.Tests.Unpacking;

/// <summary>Unpacks archives below a directory whose surroundings are watched.</summary>
internal sealed class Hostile : IDisposable
{
    private readonly TempDirectory _directory = new();

    internal Hostile()
    {
        Root = _directory.MakeDirectory("root");
        _directory.MakeDirectory("outside");
        File.WriteAllText(_directory.Sub("outside/secret"), "secret");
        Before = Surroundings();
    }

    internal string Root { get; }

    private SortedDictionary<string, string> Before { get; }

    internal string Outside => _directory.Sub("outside");

    internal async Task<UnpackResult> UnpackAsync(byte[] archive, UnpackOptions? options = null)
    {
        using var stream = new MemoryStream(archive);
        return await ArchiveUnpacker.UnpackAsync(stream, "the image", Root, options);
    }

    /// <summary>The archive is refused with a code that names the entry, and nothing outside the root has changed.</summary>
    internal async Task<AgentException> RefusesAsync(ErrorCode code, string entry, byte[] archive, UnpackOptions? options = null)
    {
        var error = await TempDirectory.FailsWith(code, () => UnpackAsync(archive, options));
        Assert.Contains("the image", error.What, StringComparison.Ordinal);
        Assert.Contains(entry, error.Message, StringComparison.Ordinal);
        AssertNothingOutside();
        return error;
    }

    internal void AssertNothingOutside() => Assert.Equal(Before, Surroundings());

    public void Dispose() => _directory.Dispose();

    private SortedDictionary<string, string> Surroundings()
    {
        var all = TreeListing.Of(_directory.Path);
        foreach (var inside in all.Keys.Where(k => k == "." || k == "./root" || k.StartsWith("./root/", StringComparison.Ordinal)).ToList())
            all.Remove(inside);
        return all;
    }
}
