using Unbounded.Agent.Partitions.Boot.Grub;

namespace Unbounded.Agent.Partitions.Boot;

/// <summary>Files of a boot loader whose names say something.</summary>
internal interface IEntryFiles : IBootFiles
{
    /// <summary>Names in a directory; none when it is not there.</summary>
    Task<IReadOnlyList<string>> ListAsync(string directory, CancellationToken cancellationToken);

    /// <summary>Removes a file, durably. None is a success.</summary>
    Task DeleteAsync(string path);
}
