namespace Unbounded.Agent.Architecture.Errors;

/// <summary>An error code as a source file declares it.</summary>
/// <param name="Id"><c>UBA-nnnn</c>.</param>
/// <param name="Project">The project that declares it.</param>
/// <param name="File">The file, relative to the root.</param>
internal sealed record DeclaredCode(string Id, string Project, string File);
