using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Images.Archives;

/// <summary>The coded errors of reading an archive.</summary>
internal static class ArchiveError
{
    private const string FetchAgain = "Fetch or copy the image again and compare its digest with the publisher's; if it is whole, have it made again with GNU tar.";

    internal static AgentException Malformed(string archive, long position, string why) => new(
        ImageErrors.MalformedArchive, $"{archive} could not be read", $"at byte {position} of the archive, {why}", FetchAgain);

    internal static AgentException Malformed(string archive, ReadOnlySpan<byte> entry, string why) => new(
        ImageErrors.MalformedArchive, $"{archive} could not be read", $"of the entry {EntryName.Escape(entry)}, {why}", FetchAgain);

    internal static AgentException Truncated(string archive, long position) => new(
        ImageErrors.TruncatedArchive, $"{archive} could not be read", $"it ends at byte {position} of the archive, in the middle", FetchAgain);

    internal static AgentException UnsupportedEntry(string archive, ReadOnlySpan<byte> entry, byte type) => new(
        ImageErrors.UnsupportedEntry,
        $"{archive} was refused",
        $"the entry {EntryName.Escape(entry)} is of the type {EntryName.Escape([type])}, which no root file system holds",
        "Make the archive with GNU tar in one volume, and without --incremental.");
}
