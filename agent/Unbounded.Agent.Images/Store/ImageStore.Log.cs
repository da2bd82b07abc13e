using Microsoft.Extensions.Logging;
using Unbounded.Agent.Images.References;

namespace Unbounded.Agent.Images.Store;

public sealed partial class ImageStore
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} leftovers of interrupted work from the image store {Root}")]
    private partial void LogSwept(int count, string root);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stored image {Directory} has no valid completeness mark and is removed")]
    private partial void LogIncomplete(string directory);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stored the image {Reference} as {Digest}: {Entries} entries, {Bytes} bytes on disk, in {Elapsed}")]
    private partial void LogStored(ImageReference reference, ContentDigest digest, long entries, long bytes, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed the image {Digest} from the store")]
    private partial void LogRemoved(ContentDigest digest);
}
