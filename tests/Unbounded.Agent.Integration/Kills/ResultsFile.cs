using System.Text.Json;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>Appends results, a line of JSON each; hosts of several suites write to the same one.</summary>
internal sealed class ResultsFile(string? path)
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);
    private static readonly Lock Turn = new();

    public void Add(CutResult result)
    {
        if (path is null)
            return;
        lock (Turn)
            File.AppendAllText(path, JsonSerializer.Serialize(result, Camel) + "\n");
    }
}
