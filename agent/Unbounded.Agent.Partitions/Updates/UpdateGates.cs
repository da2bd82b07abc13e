using System.Globalization;
using System.Runtime.InteropServices;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>What must be true before anything is written. Pure.</summary>
internal static class UpdateGates
{
    // A slot with no room to spare is one that the next version does not fit into.
    private const int SpareDivisor = 10;

    /// <summary>This processor as an index writes it.</summary>
    public static string Architecture => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>Chooses from an index, and looks at every gate.</summary>
    /// <param name="index">What there is.</param>
    /// <param name="settings">How this host is updated.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="current">The version that runs.</param>
    /// <param name="slotBytes">Size of the slot that would be written.</param>
    /// <param name="node">What the cluster says of this Node.</param>
    /// <param name="now">The time, UTC.</param>
    public static UpdateOffer Look(
        UpdateIndex index, UpdateSettings settings, UpdateRequest request, string current, long slotBytes, NodeAnswer node, DateTimeOffset now)
    {
        var image = Choose(index, settings, request);
        return image is null
            ? new(current, null, false, [Nothing(settings, request)], index.Notes)
            : new(
                current,
                image,
                SystemVersion.Compare(image.Version, current) > 0,
                [.. Obstacles(image, index, settings, request, current, slotBytes, node, now)],
                request.Force || node.Why is null ? index.Notes : [.. index.Notes, $"the node's label {NodeAnswer.BlockingLabels[0]} was not looked at: {node.Why}"]);
    }

    // A blocked version is passed over, unless it was asked for by its name: then it is refused.
    private static IndexImage? Choose(UpdateIndex index, UpdateSettings settings, UpdateRequest request) => index.Images
        .Where(i => i.Channel == settings.Channel && i.Architecture == Architecture)
        .Where(i => (request.Version ?? index.Stable) is { } wanted ? SystemVersion.Compare(i.Version, wanted) == 0 : !IsBlocked(index, i.Version))
        .Order(Comparer<IndexImage>.Create((a, b) => SystemVersion.Compare(a.Version, b.Version)))
        .LastOrDefault();

    private static IEnumerable<string> Obstacles(
        IndexImage image, UpdateIndex index, UpdateSettings settings, UpdateRequest request, string current, long slotBytes, NodeAnswer node, DateTimeOffset now)
    {
        if (!request.Force && node.Blocking is { } label)
            yield return $"the node has the label {label}=true; --force installs all the same";

        if (IsBlocked(index, image.Version))
            yield return $"version {image.Version} is blocked by the index";
        if (SystemVersion.Compare(image.Version, current) < 0 && !request.AllowDowngrade)
            yield return $"version {image.Version} is older than {current}, which runs; --allow-downgrade installs it all the same";
        if (image.MinimumVersion is { } minimum && SystemVersion.Compare(current, minimum) < 0)
            yield return $"version {image.Version} needs at least {minimum} to update from, and {current} runs";
        if (image.SizeBytes > slotBytes - slotBytes / (SpareDivisor + 1))
            yield return string.Create(CultureInfo.InvariantCulture, $"the image has {image.SizeBytes} bytes, which with 10 % to spare is more than the slot's {slotBytes}");
        if (!request.Force && MaintenanceWindow.TryParse(settings.MaintenanceWindow, out var window) && window?.IsOpen(now) == false)
            yield return string.Create(CultureInfo.InvariantCulture, $"the maintenance window opens at {window.NextOpening(now):u}; --force does not wait for it");
    }

    private static bool IsBlocked(UpdateIndex index, string version) => index.Blocked.Any(b => SystemVersion.Compare(b, version) == 0);

    private static string Nothing(UpdateSettings settings, UpdateRequest request) =>
        $"the index has no image{(request.Version is { } version ? $" of version {version}" : "")} for channel {settings.Channel} and {Architecture}";
}
