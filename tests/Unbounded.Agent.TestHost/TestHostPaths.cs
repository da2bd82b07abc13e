namespace Unbounded.Agent.TestHost;

/// <summary>Directories outside the repository, as the scripts in hack/ and images/ use them.</summary>
public static class TestHostPaths
{
    /// <summary>What the image builders made: <c>UNBOUNDED_CACHE</c>, default <c>/var/cache/unbounded-agent</c>.</summary>
    public static string Cache { get; } = FromEnvironment("UNBOUNDED_CACHE", "/var/cache/unbounded-agent");

    /// <summary>What runs leave behind while they run: <c>UNBOUNDED_STATE</c>, default <c>/var/tmp/unbounded-agent</c>.</summary>
    public static string State { get; } = FromEnvironment("UNBOUNDED_STATE", "/var/tmp/unbounded-agent");

    /// <summary>The root of the source tree the tests were built from.</summary>
    /// <exception cref="InvalidOperationException">The tests run from somewhere else.</exception>
    public static string Repository { get; } = FindRepository();

    private static string FromEnvironment(string variable, string fallback)
        => Path.GetFullPath(Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : fallback);

    private static string FindRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Unbounded.Agent.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException($"No Unbounded.Agent.sln above {AppContext.BaseDirectory}.");
    }
}
