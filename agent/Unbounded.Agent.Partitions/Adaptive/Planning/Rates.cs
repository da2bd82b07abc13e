using System.Text.Json.Serialization;

namespace Unbounded.Agent.Partitions.Adaptive.Planning;

/// <summary>How fast this host was last, bytes a second. Kept on the data partition.</summary>
internal sealed record Rates
{
    // An interval that is shorter, or a piece that is smaller, says more of the machine's load than of its speed.
    private const long LeastBytes = 4 << 20;

    /// <summary>Fetching. Default 12.5 MB/s: a network of 100 Mbit/s.</summary>
    [JsonPropertyName("fetch")]
    public double Fetch { get; init; } = 12.5e6;

    /// <summary>Reading a slot and taking digests. Default 400 MB/s.</summary>
    [JsonPropertyName("read")]
    public double Read { get; init; } = 400e6;

    /// <summary>Writing a slot. Default 200 MB/s.</summary>
    [JsonPropertyName("write")]
    public double Write { get; init; } = 200e6;

    /// <summary>Whether every rate is one.</summary>
    [JsonIgnore]
    public bool IsValid => double.IsFinite(Fetch + Read + Write) && Fetch > 0 && Read > 0 && Write > 0;

    /// <summary>The rate of so many bytes in so long; the old one where that says nothing.</summary>
    public static double Measured(double old, long bytes, TimeSpan took) =>
        bytes >= LeastBytes && took > TimeSpan.Zero ? bytes / took.TotalSeconds : old;

    /// <summary>How long an image takes that is fetched whole, its read-back left out.</summary>
    public TimeSpan Whole(long fileBytes, long imageBytes) =>
        TimeSpan.FromSeconds(Math.Max(fileBytes / Fetch, imageBytes / Write));

    /// <summary>How long it takes to bring the blocks that a slot lacks, its read-back left out.</summary>
    public TimeSpan Delta(BlockPlan plan) =>
        TimeSpan.FromSeconds(plan.FetchBytes / Fetch + plan.CopyBytes / Read + plan.WriteBytes / Write);

    /// <summary>How long it takes to find out what a slot holds.</summary>
    public TimeSpan Scan(long bytes) => TimeSpan.FromSeconds(bytes / Read);
}
