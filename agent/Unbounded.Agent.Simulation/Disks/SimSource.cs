using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Simulation.Disks;

/// <summary>A server of images, which may have other ones by the time that an update is under way.</summary>
/// <param name="record">The host's record.</param>
/// <param name="offer">What there is, by that: versions with how they behave, and the blocked ones.</param>
internal sealed class SimSource(Func<AgentRecord?> record, Func<AgentRecord?, SimOffer> offer) : IUpdateSource
{
    private static readonly Uri Location = new("file:///index.json");

    public Task<(UpdateIndex Index, Uri Location)> ReadAsync(UpdateSettings settings, string? version, CancellationToken cancellationToken)
    {
        var now = offer(record());
        var index = new UpdateIndex { Images = [.. now.Images.Select(i => Image(i.Version, i.Nature))], Blocked = now.Blocked };
        return Task.FromResult((index, Location));
    }

    private static IndexImage Image(string version, string nature) => new()
    {
        Version = version,
        Architecture = UpdateGates.Architecture,
        Url = $"{nature}/os-{version}.img",
        Sha256 = new string('a', 64),
        SizeBytes = 1 << 20,
    };
}
