using System.Xml.Linq;
using Unbounded.Agent.Architecture.Sources;

namespace Unbounded.Agent.Architecture.House;

/// <summary>Arrows as the project files write them.</summary>
internal static class ProjectReferences
{
    public static IReadOnlyList<Reference> Of(string folder) =>
        [.. Tree.Files(folder, "*.csproj").SelectMany(file => Parse(Path.GetFileNameWithoutExtension(file), Tree.Text(file)))];

    public static IEnumerable<Reference> Parse(string project, string xml) => XDocument.Parse(xml)
        .Descendants("ProjectReference")
        .Select(e => e.Attribute("Include")!.Value.Replace('\\', '/'))
        .Select(path => new Reference(project, Path.GetFileNameWithoutExtension(path)));
}
