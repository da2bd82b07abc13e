namespace Unbounded.Agent.Partitions.Writing;

/// <summary>Holds writes back while others need the disk more.</summary>
internal interface IWritePace
{
    /// <summary>Returns when the next piece may be written.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    void Wait(int bytes, CancellationToken cancellationToken);

    /// <summary>Does own reading or writing of the device, which must not be taken for that of others.</summary>
    void Use(Action work) => work();
}
