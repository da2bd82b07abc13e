using System.Text.Json;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Progress;

/// <summary>Notes on tmpfs, for commands that look on. Of no use to the transaction, which must not fail for want of them.</summary>
internal sealed class ProgressFile(string path) : IProgressSink
{
    private const int LimitBytes = 64 * 1024;

    public void Note(LiveProgress progress)
    {
        var next = $"{path}.new";
        try
        {
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(progress, ProgressJson.Default.LiveProgress));
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only somebody's view of the progress is lost.
        }
    }

    /// <summary>The last note, null when there is none that can be read.</summary>
    public LiveProgress? Read()
    {
        try
        {
            return BoundedFile.TryRead(path, LimitBytes) is { } content ? StoredJson.Read(content, ProgressJson.Default.LiveProgress) : null;
        }
        catch (Exception e) when (e is AgentException or JsonException)
        {
            return null;
        }
    }
}
