using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Applied;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>Makes targets of the transaction from what an index says, and from what runs.</summary>
/// <param name="machine">Name of this host.</param>
/// <param name="settings">How it is updated.</param>
/// <param name="timing">How long its gate takes.</param>
internal sealed class UpdateTargets(string machine, UpdateSettings settings, UpdateTiming timing)
{
    /// <summary>The target that an image is.</summary>
    /// <param name="image">The image.</param>
    /// <param name="index">Where its index is.</param>
    /// <param name="retryNonce">Another value tries a target again that failed; null: none.</param>
    public Target Of(IndexImage image, Uri index, string? retryNonce)
    {
        var reference = new PartitionImage(
            UpdateIndex.Resolve(index, image)!,
            image.SizeBytes,
            ContentDigest.FromHex(image.Sha256)!,
            image.ContentSha256 is { } content ? ContentDigest.FromHex(content) : null)
        {
            FileBytes = image.FileBytes,
            Blocks = image.Blocks is { } blocks
                ? new(UpdateIndex.Resolve(index, blocks.Url)!, ContentDigest.FromHex(blocks.Sha256)!, UpdateIndex.Resolve(index, blocks.Image ?? image.Url)!)
                : null,
        };
        // Where the image is fetched from makes it no other one.
        var identity = string.Create(CultureInfo.InvariantCulture, $"{image.Version}\n{image.Sha256}\n{image.SizeBytes}");
        return new(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity))),
            Config(image.Version, reference.ToString()),
            Policy() with { RetryNonce = retryNonce });
    }

    /// <summary>What runs, on a host that was not updated before: nothing is known of it but its slot and version.</summary>
    public FoundConfig Running(SlotName slot, string version) =>
        new(slot, new(AppliedConfig.Serialize(Config(version, image: null))), version, Image: null);

    /// <summary>The target that stands for what runs, where only its health is asked for.</summary>
    public Target Present(string version) => new("", Config(version, image: null), Policy());

    private UpdatePolicy Policy() => new()
    {
        HealthGate = new() { Timeout = timing.Timeout, Settle = timing.Settle, Url = settings.HealthcheckUrl },
    };

    private AgentConfig Config(string version, string? image) => new()
    {
        MachineName = machine,
        Cluster = new() { Version = version },
        Kubelet = new(),
        OCIImage = image,
    };
}
