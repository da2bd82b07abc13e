using System.Text.Json;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Core.Transaction.Records;

/// <summary>Turns the record into bytes and back. Refuses what it can't understand, and says so.</summary>
public static class RecordSerializer
{
    /// <summary>Reads a record.</summary>
    /// <param name="content">All bytes of the file.</param>
    /// <param name="path">Where they come from, for the error.</param>
    /// <exception cref="AgentException">Not a record, damaged, or of a newer major format.</exception>
    public static AgentRecord Deserialize(ReadOnlySpan<byte> content, string path)
    {
        try
        {
            StoredJson.RequireWellFormed(content);
            RefuseNewerMajor(content, path);
            var record = StoredJson.Read(content, RecordJson.Default.AgentRecord);
            _ = record.Transition?.Target.Thaw();
            return record.Generation < 1 ? throw new JsonException("generation must be at least 1") : record;
        }
        catch (JsonException e)
        {
            throw new AgentException(
                CoreErrors.RecordDamaged,
                $"The record {path} can't be read",
                e.Message,
                "The file was left as it is. Restore it from a backup, or move it aside: with one applied config the node is then adopted "
                + "again without a restart",
                e);
        }
    }

    /// <summary>Writes a record.</summary>
    public static byte[] Serialize(AgentRecord record) =>
        JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.AgentRecord);

    // Before anything else is looked at: what a newer major means by the other fields is unknown (law 15).
    private static void RefuseNewerMajor(ReadOnlySpan<byte> content, string path)
    {
        var reader = new Utf8JsonReader(content);
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("format", out var format)
            || format.ValueKind != JsonValueKind.Object
            || !format.TryGetProperty("major", out var majorElement)
            || majorElement.ValueKind != JsonValueKind.Number
            || !majorElement.TryGetInt32(out var major)
            || major < 1)
        {
            throw new JsonException("it has no format version");
        }

        if (major > RecordFormat.Current.Major)
        {
            throw new AgentException(
                CoreErrors.RecordTooNew,
                $"The record {path} was written by a newer agent",
                $"its format is {major}, this agent understands {RecordFormat.Current.Major}",
                "Start the newer agent again. Nothing was changed");
        }
    }
}
