namespace Unbounded.Agent.Linux.DBus.Message;

/// <summary>Which signals of a service a subscription wants.</summary>
/// <param name="Interface">The interface.</param>
/// <param name="Member">The signal.</param>
/// <param name="Path">The object; null for all.</param>
internal sealed record SignalMatch(string Interface, string Member, string? Path = null)
{
    /// <summary>The match rule for a sender, in the form of the D-Bus specification ("Match Rules").</summary>
    internal string RuleFor(string service) =>
        $"type='signal',sender='{service}',interface='{Interface}',member='{Member}'" + (Path is null ? "" : $",path='{Path}'");

    /// <summary>Whether a signal is one of these.</summary>
    internal bool Covers(BusSignal signal) =>
        string.Equals(signal.Member, Member, StringComparison.Ordinal)
        && string.Equals(signal.Interface, Interface, StringComparison.Ordinal)
        && (Path is null || string.Equals(signal.Path, Path, StringComparison.Ordinal));
}
