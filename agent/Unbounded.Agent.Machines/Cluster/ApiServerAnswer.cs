namespace Unbounded.Agent.Machines.Cluster;

/// <summary>What came of an attempt to reach an API server.</summary>
/// <param name="State">How far it came.</param>
/// <param name="Evidence">What was seen, one line.</param>
internal sealed record ApiServerAnswer(ApiServerState State, string Evidence);

/// <summary>How far an attempt came.</summary>
internal enum ApiServerState
{
    /// <summary>It is reached, and is the one that the cluster's CA vouches for.</summary>
    Trusted,

    /// <summary>Something is reached that does not prove to be it.</summary>
    NotTrusted,

    /// <summary>Nothing is reached.</summary>
    NotReached,

    /// <summary>The configuration names no TLS port.</summary>
    NoTls,
}
