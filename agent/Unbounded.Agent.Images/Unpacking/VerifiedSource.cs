using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Images.Archives;

namespace Unbounded.Agent.Images.Unpacking;

/// <summary>Reads one stored archive to its last byte and learns its digest on the way.</summary>
internal static class VerifiedSource
{
    /// <summary>What may follow an archive's end: tools pad to their record size, tapes to theirs.</summary>
    private const long MostPadding = 64L << 20;

    /// <summary>Reads an archive.</summary>
    /// <param name="stored">Its bytes, as stored.</param>
    /// <param name="name">What it is, for errors.</param>
    /// <param name="requireEnd">Whether its end-of-archive blocks have to be there.</param>
    /// <param name="read">Takes its entries.</param>
    /// <param name="mismatch">
    /// The error for a digest that is not the one expected, null when it is. It is asked also when the archive could not be read:
    /// that the bytes are other ones says more than what is wrong with them.
    /// </param>
    /// <param name="cancellationToken">Stops it at any byte.</param>
    /// <returns>The SHA-256 of the stored bytes, lowercase hex.</returns>
    /// <exception cref="AgentException">It can't be read, or is another one.</exception>
    internal static string Read(
        MeteredStream stored,
        string name,
        bool requireEnd,
        Action<TarReader> read,
        Func<string, AgentException?> mismatch,
        CancellationToken cancellationToken)
    {
        try
        {
            using var input = ArchiveInput.Open(new BorrowedStream(stored), name, out _);
            using var reader = new TarReader(new PipelinedChunks(input, cancellationToken), name, requireEnd);
            read(reader);
            reader.Drain(MostPadding);
        }
        catch (AgentException e) when (e.Code.Kind == ErrorKind.InvalidInput)
        {
            if (mismatch(stored.Finish(cancellationToken)) is { } error)
                throw error;
            throw;
        }

        var digest = stored.Finish(cancellationToken);
        return mismatch(digest) is { } other ? throw other : digest;
    }
}
