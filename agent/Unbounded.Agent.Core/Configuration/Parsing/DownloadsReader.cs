using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Configuration.Parsing;

/// <summary>Reads where node software is fetched from.</summary>
internal static class DownloadsReader
{
    public static DownloadsConfig? Read(DocumentMap root, FieldReader fields)
    {
        if (root.Map("Downloads") is not { } map)
            return null;
        var downloads = new DownloadsConfig
        {
            Kubernetes = ReadSource(map, "Kubernetes", fields),
            Containerd = ReadSource(map, "Containerd", fields),
            Runc = ReadSource(map, "Runc", fields),
            CNI = ReadSource(map, "CNI", fields),
            Crictl = ReadSource(map, "Crictl", fields),
        };
        map.Finish();
        return downloads == new DownloadsConfig() ? null : downloads;
    }

    private static DownloadSource? ReadSource(DocumentMap downloads, string name, FieldReader fields)
    {
        if (downloads.Map(name) is not { } map)
            return null;
        var source = new DownloadSource(
            fields.Optional(map, "BaseURL", url => ValueSyntax.WebAddress(url)),
            fields.Optional(map, "URL", url => ValueSyntax.WebAddress(url)),
            fields.Optional(map, "Version", ValueSyntax.Version));
        map.Finish();
        return source == new DownloadSource() ? null : source;
    }
}
