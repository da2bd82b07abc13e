namespace Unbounded.Agent.Linux.Files;

/// <summary>A directory that is <c>/</c> for every path and link below it. Nothing in here is synced.</summary>
public interface IConfinedRoot : IDisposable
{
    /// <inheritdoc cref="ConfinedRoot.Exists"/>
    bool Exists(string path);

    /// <inheritdoc cref="ConfinedRoot.List"/>
    IReadOnlyList<string> List(string path);

    /// <inheritdoc cref="ConfinedRoot.TryRead"/>
    byte[]? TryRead(string path, int limit);

    /// <inheritdoc cref="ConfinedRoot.Write"/>
    void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode);

    /// <inheritdoc cref="ConfinedRoot.Link"/>
    void Link(string path, string target);

    /// <inheritdoc cref="ConfinedRoot.Delete"/>
    void Delete(string path);

    /// <inheritdoc cref="ConfinedRoot.MakeDirectory"/>
    void MakeDirectory(string path);

    /// <summary>Brings a regular file into memory before it is needed. One that is not there is no error.</summary>
    void Warm(string path);
}
