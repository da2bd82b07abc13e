namespace Unbounded.Agent.Machines.HostPreparation.Host;

/// <summary>The kernel's parameters, in <c>/proc/sys</c> below a root.</summary>
public sealed class Sysctls : ISysctls
{
    private readonly string _root;

    /// <summary>Creates the view.</summary>
    /// <param name="root">What stands before <c>/proc/sys</c>.</param>
    public Sysctls(string root) => _root = Path.Join(root, "/proc/sys");

    /// <inheritdoc/>
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync(Path.Join(_root, name), cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryWriteAsync(string name, string value, CancellationToken cancellationToken)
    {
        try
        {
            // One write(2) of the whole value: the kernel takes each as a value of its own.
            await File.WriteAllTextAsync(Path.Join(_root, name), value + "\n", cancellationToken);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> InterfacesAsync(CancellationToken cancellationToken)
    {
        var directory = new DirectoryInfo(Path.Join(_root, "net/ipv4/conf"));
        IReadOnlyList<string> names = directory.Exists ? [.. directory.EnumerateDirectories().Select(d => d.Name).Order(StringComparer.Ordinal)] : [];
        return Task.FromResult(names);
    }
}
