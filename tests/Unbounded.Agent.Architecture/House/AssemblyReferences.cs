using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Unbounded.Agent.Architecture.House;

/// <summary>Arrows as they are in the built assemblies: what is really used, however it came in.</summary>
internal static class AssemblyReferences
{
    private const string FrontDoor = "unbounded-agent";

    public static IReadOnlyList<Reference> OfProduct() => [.. Directory
        .EnumerateFiles(AppContext.BaseDirectory, "*.dll")
        .Where(f => IsProduct(Path.GetFileNameWithoutExtension(f)))
        .SelectMany(Read)];

    private static IEnumerable<Reference> Read(string file)
    {
        using var portable = new PEReader(File.OpenRead(file));
        var metadata = portable.GetMetadataReader();
        var from = ProjectOf(Path.GetFileNameWithoutExtension(file));
        return [.. metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(IsProduct)
            .Select(to => new Reference(from, ProjectOf(to)))];
    }

    private static bool IsProduct(string assembly) =>
        assembly == FrontDoor
        || (assembly.StartsWith("Unbounded.Agent.", StringComparison.Ordinal) && assembly != typeof(AssemblyReferences).Assembly.GetName().Name);

    private static string ProjectOf(string assembly) => assembly == FrontDoor ? "Unbounded.Agent" : assembly;
}
