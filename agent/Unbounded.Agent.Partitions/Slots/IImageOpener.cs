namespace Unbounded.Agent.Partitions.Slots;

/// <summary>Opens the bytes of an image wherever they are.</summary>
public interface IImageOpener
{
    /// <summary>Opens an image. What is read from it is not verified yet.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="cancellationToken">Ends reading, too.</param>
    /// <exception cref="Core.Errors.AgentException">It can't be opened.</exception>
    Task<Stream> OpenAsync(Uri location, CancellationToken cancellationToken);
}
