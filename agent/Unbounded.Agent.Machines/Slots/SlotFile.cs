using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;

namespace Unbounded.Agent.Machines.Slots;

/// <summary>Reads the backend's own JSON files.</summary>
internal static class SlotFile
{
    /// <summary>Parses a file's bytes.</summary>
    /// <exception cref="AgentException">They are not what the agent writes.</exception>
    public static T Read<T>(byte[] bytes, string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return StoredJson.Read(bytes, type);
        }
        catch (JsonException e)
        {
            throw new AgentException(
                MachinesErrors.SlotFileUnreadable,
                $"{path} can't be read",
                e.Message,
                "The next preparation of this slot writes it anew; if it is the active slot's, restore the file or repave the node.",
                e);
        }
    }
}
