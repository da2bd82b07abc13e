namespace Unbounded.Agent.Partitions.Sources;

/// <summary>Bytes of which it is known how many there are before they are read.</summary>
internal interface IKnownLength
{
    /// <summary>How many, bytes; null where it is not known after all.</summary>
    long? LengthBytes { get; }
}
