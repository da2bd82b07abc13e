using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Connection;
using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Session;

/// <summary>
/// One connection, and who owns the session's service name on it. Any local user may send a signal to any connection,
/// so a signal counts only when the bus says that it comes from that owner.
/// </summary>
internal sealed class BusLink : IAsyncDisposable
{
    private const string Driver = "org.freedesktop.DBus";
    private const string DriverPath = "/org/freedesktop/DBus";
    private const string NameOwnerChanged = "NameOwnerChanged";

    private readonly string _service;
    private readonly Action<BusLink, BusSignal, BusReader> _onSignal;
    private readonly Action<BusLink> _onFound;
    private BusConnection? _connection;
    private string? _owner; // bus thread only
    private int _timesFound;

    private BusLink(string service, Action<BusLink, BusSignal, BusReader> onSignal, Action<BusLink> onFound)
    {
        _service = service;
        _onSignal = onSignal;
        _onFound = onFound;
    }

    /// <summary>How often the service was found on this connection: it grows with each new owner of its name.</summary>
    internal int TimesFound => Volatile.Read(ref _timesFound);

    /// <summary>Completes when the connection has ended.</summary>
    internal Task<AgentException> Ended => Connection.Ended;

    private BusConnection Connection => _connection ?? throw new InvalidOperationException("A link is used before it is open.");

    /// <summary>Connects and looks for the service's owner.</summary>
    /// <param name="address">The bus.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="options">The connection's options; its signals come to the link.</param>
    /// <param name="onSignal">Receives the service's signals on the bus thread.</param>
    /// <param name="onFound">Told, on the bus thread, when the name has got an owner since.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async Task<BusLink> OpenAsync(
        BusAddress address,
        string service,
        BusConnectionOptions options,
        Action<BusLink, BusSignal, BusReader> onSignal,
        Action<BusLink> onFound,
        CancellationToken cancellationToken)
    {
        var link = new BusLink(service, onSignal, onFound);
        link._connection = await BusConnection.ConnectAsync(address, options with { OnSignal = link.OnSignal }, cancellationToken);
        try
        {
            await link.AddRuleAsync(
                $"type='signal',sender='{Driver}',path='{DriverPath}',interface='{Driver}',member='{NameOwnerChanged}',arg0='{service}'",
                cancellationToken);
            await link.FindOwnerAsync(cancellationToken);
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    internal Task<T> CallAsync<T>(BusCall call, ReadBody<T> read, CancellationToken cancellationToken) =>
        Connection.CallAsync(call, read, cancellationToken);

    internal Task CallAsync(BusCall call, CancellationToken cancellationToken) =>
        Connection.CallAsync(call, cancellationToken);

    internal Task AddMatchAsync(SignalMatch match, CancellationToken cancellationToken) =>
        AddRuleAsync(match.RuleFor(_service), cancellationToken);

    /// <summary>Takes a match back. A lost connection has forgotten it already.</summary>
    internal async Task RemoveMatchAsync(SignalMatch match)
    {
        try
        {
            var rule = match.RuleFor(_service);
            await CallAsync(new BusCall(Driver, DriverPath, Driver, "RemoveMatch", w => w.WriteString(rule)), CancellationToken.None);
        }
        catch (AgentException)
        {
            // nothing is left to undo
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private Task AddRuleAsync(string rule, CancellationToken cancellationToken) =>
        CallAsync(new BusCall(Driver, DriverPath, Driver, "AddMatch", w => w.WriteString(rule)), cancellationToken);

    private async Task FindOwnerAsync(CancellationToken cancellationToken)
    {
        try
        {
            // the reader runs on the bus thread, in order with NameOwnerChanged
            await CallAsync(
                new BusCall(Driver, DriverPath, Driver, "GetNameOwner", w => w.WriteString(_service)),
                reader => SetOwner(reader.ReadString()),
                cancellationToken);
        }
        catch (AgentException e) when (DBusErrors.NameOf(e) == DBusErrors.NameHasNoOwner)
        {
            // it will be announced when it comes
        }
    }

    private bool SetOwner(string owner)
    {
        _owner = owner.Length == 0 ? null : owner;
        if (_owner is not null)
            Interlocked.Increment(ref _timesFound);
        return _owner is not null;
    }

    private void OnSignal(BusSignal signal, BusReader reader)
    {
        if (signal is { Sender: Driver, Interface: Driver, Member: NameOwnerChanged })
            OnOwnerChanged(reader);
        else if (_owner is not null && string.Equals(signal.Sender, _owner, StringComparison.Ordinal))
            _onSignal(this, signal, reader);
    }

    private void OnOwnerChanged(BusReader reader)
    {
        if (!string.Equals(reader.ReadString(), _service, StringComparison.Ordinal))
            return;
        _ = reader.ReadString();
        if (SetOwner(reader.ReadString()))
            _onFound(this);
    }
}
