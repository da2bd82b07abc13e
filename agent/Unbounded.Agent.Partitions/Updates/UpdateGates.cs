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
        .Where(i => IsOurs(i, settings))
        .Where(i => (request.Version ?? index.Stable) is { } wanted ? SystemVersion.Compare(i.Version, wanted) == 0 : !IsBlocked(index, i.Version))
        .Order(Comparer<IndexImage>.Create((a, b) => SystemVersion.Compare(a.Version, b.Version)))
        .LastOrDefault();

    /// <summary>Looks at the gates again for a version that was prepared: what is set since then counts, too.</summary>
    /// <param name="version">The version.</param>
    /// <param name="index">What the source has by now; null where it was not asked.</param>
    /// <param name="absenceBlocks">Whether a version that the source does not have any more is one that was withdrawn.</param>
    /// <param name="settings">How this host is updated.</param>
    /// <param name="force">Skip the label and the window.</param>
    /// <param name="current">The version that runs.</param>
    /// <param name="node">What the cluster says of this Node.</param>
    /// <param name="now">The time, UTC.</param>
    public static PreparedGates Again(
        string version, UpdateIndex? index, bool absenceBlocks, UpdateSettings settings, bool force, string current, NodeAnswer node, DateTimeOffset now)
    {
        var image = index?.Images.FirstOrDefault(i => IsOurs(i, settings) && SystemVersion.Compare(i.Version, version) == 0);
        var withdrawn = index is not null && image is null && absenceBlocks && index.Lacks(version) ? $"the source does not have version {version} any more" : null;
        string?[] lasting = [index is null ? null : Blocked(index, version), image is null ? withdrawn : Minimum(image, current)];
        return new([.. lasting.OfType<string>()], force ? null : Label(node), force ? null : Window(settings, now));
    }

    private static IEnumerable<string> Obstacles(
        IndexImage image, UpdateIndex index, UpdateSettings settings, UpdateRequest request, string current, long slotBytes, NodeAnswer node, DateTimeOffset now)
    {
        string?[] all =
        [
            request.Force ? null : Label(node),
            Blocked(index, image.Version),
            SystemVersion.Compare(image.Version, current) < 0 && !request.AllowDowngrade
                ? $"version {image.Version} is older than {current}, which runs; --allow-downgrade installs it all the same"
                : null,
            Minimum(image, current),
            image.SizeBytes > slotBytes - slotBytes / (SpareDivisor + 1)
                ? string.Create(CultureInfo.InvariantCulture, $"the image has {image.SizeBytes} bytes, which with 10 % to spare is more than the slot's {slotBytes}")
                : null,
            request.Force ? null : Window(settings, now),
        ];
        return all.OfType<string>();
    }

    private static string? Label(NodeAnswer node) => node.Blocking is { } label ? $"the node has the label {label}=true; --force passes it" : null;

    private static string? Blocked(UpdateIndex index, string version) => IsBlocked(index, version) ? $"version {version} is blocked by the index" : null;

    private static string? Minimum(IndexImage image, string current) => image.MinimumVersion is { } minimum && SystemVersion.Compare(current, minimum) < 0
        ? $"version {image.Version} needs at least {minimum} to update from, and {current} runs"
        : null;

    private static string? Window(UpdateSettings settings, DateTimeOffset now) =>
        MaintenanceWindow.TryParse(settings.MaintenanceWindow, out var window) && window?.IsOpen(now) == false
            ? string.Create(CultureInfo.InvariantCulture, $"the maintenance window opens at {window.NextOpening(now):u}; --force does not wait for it")
            : null;

    /// <summary>Whether an image is for this host: its channel, and its processor.</summary>
    public static bool IsOurs(IndexImage image, UpdateSettings settings) => image.Channel == settings.Channel && image.Architecture == Architecture;

    private static bool IsBlocked(UpdateIndex index, string version) => index.Blocked.Any(b => SystemVersion.Compare(b, version) == 0);

    private static string Nothing(UpdateSettings settings, UpdateRequest request) =>
        $"the index has no image{(request.Version is { } version ? $" of version {version}" : "")} for channel {settings.Channel} and {Architecture}";
}
