namespace Unbounded.Agent.Linux.Tests.DBus.Contract;

/// <summary>What a unit of a contract test does. Every backend of the contract brings units that do so.</summary>
public enum UnitScript
{
    /// <summary>A service that runs until it is stopped.</summary>
    Runs,

    /// <summary>A service whose start fails.</summary>
    Fails,

    /// <summary>A one-shot that ends well at once and is then inactive.</summary>
    EndsWell,

    /// <summary>A one-shot that ends well, and stays active, when it is released.</summary>
    WaitsForRelease,
}
