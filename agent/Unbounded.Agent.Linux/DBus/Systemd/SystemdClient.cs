using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>systemd over its bus.</summary>
internal sealed partial class SystemdClient : ISystemd
{
    /// <summary>A reload reads every unit file of the host and runs every generator.</summary>
    private static readonly TimeSpan ReloadTimeout = TimeSpan.FromMinutes(5);

    private readonly BusSession _session;
    private readonly JobRunner _jobs;

    internal SystemdClient(BusSession session)
    {
        _session = session;
        _jobs = new JobRunner(session, GetUnitAsync);
    }

    /// <summary>What systemd has to be told each time it is found: without it, it sends no signals.</summary>
    internal static async Task SubscribeAsync(BusLink link, CancellationToken cancellationToken)
    {
        try
        {
            await link.CallAsync(Call("Subscribe"), cancellationToken);
        }
        catch (AgentException e) when (DBusErrors.NameOf(e) == DBusErrors.AlreadySubscribed)
        {
            // it remembers us across its re-execution
        }
    }

    /// <inheritdoc/>
    public Task<UnitState> GetUnitAsync(string unit, CancellationToken cancellationToken = default) => _session.CallAsync(
        new BusCall(
            SystemdNames.Service,
            SystemdNames.UnitPath(unit),
            SystemdNames.Properties,
            "GetAll",
            static writer => writer.WriteString("")), // of all interfaces
        UnitReader.Read,
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<UnitSummary>> ListUnitsAsync(
        IReadOnlyCollection<string> patterns, IReadOnlyCollection<string> states, CancellationToken cancellationToken = default) =>
        _session.CallAsync(
            Call("ListUnitsByPatterns", writer =>
            {
                writer.WriteStrings(states);
                writer.WriteStrings(patterns);
            }),
            ReadUnits,
            cancellationToken);

    /// <inheritdoc/>
    public Task ResetFailedAsync(string unit, CancellationToken cancellationToken = default) =>
        _session.CallAsync(Call("ResetFailedUnit", writer => writer.WriteString(unit)), cancellationToken);

    /// <inheritdoc/>
    public Task KillAsync(string unit, KillTarget target, int signal, CancellationToken cancellationToken = default) =>
        _session.CallOnceAsync(
            Call("KillUnit", writer =>
            {
                writer.WriteString(unit);
                writer.WriteString(SystemdNames.Word(target));
                writer.WriteInt32(signal);
            }),
            static _ => true,
            cancellationToken);

    /// <inheritdoc/>
    public Task EnableAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken = default) =>
        _session.CallAsync(
            Call("EnableUnitFiles", writer =>
            {
                writer.WriteStrings(units);
                writer.WriteBoolean(false); // not only until the next boot
                writer.WriteBoolean(true); // replacing conflicting links
            }),
            cancellationToken);

    /// <inheritdoc/>
    public Task DisableAsync(IReadOnlyCollection<string> units, CancellationToken cancellationToken = default) =>
        _session.CallAsync(
            Call("DisableUnitFiles", writer =>
            {
                writer.WriteStrings(units);
                writer.WriteBoolean(false);
            }),
            cancellationToken);

    /// <inheritdoc/>
    public Task ReloadAsync(CancellationToken cancellationToken = default) =>
        _session.CallAsync(Call("Reload") with { Timeout = ReloadTimeout }, cancellationToken);

    /// <inheritdoc/>
    public async Task<SystemState> GetSystemStateAsync(CancellationToken cancellationToken = default) =>
        SystemdNames.ParseSystemState(await GetManagerPropertyAsync("SystemState", cancellationToken));

    /// <inheritdoc/>
    public Task<string> GetVersionAsync(CancellationToken cancellationToken = default) =>
        GetManagerPropertyAsync("Version", cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private static BusCall Call(string method, WriteBody? body = null) =>
        new(SystemdNames.Service, SystemdNames.ManagerPath, SystemdNames.Manager, method, body);

    private Task<string> GetManagerPropertyAsync(string property, CancellationToken cancellationToken) => _session.CallAsync(
        new BusCall(
            SystemdNames.Service,
            SystemdNames.ManagerPath,
            SystemdNames.Properties,
            "Get",
            writer =>
            {
                writer.WriteString(SystemdNames.Manager);
                writer.WriteString(property);
            }),
        static reader =>
        {
            reader.EnterVariant("s");
            return reader.ReadString();
        },
        cancellationToken);

    private static IReadOnlyList<UnitSummary> ReadUnits(BusReader reader)
    {
        var units = new List<UnitSummary>();
        reader.EnterArray("(ssssssouso)");
        while (reader.TryEnterStruct("ssssssouso"))
        {
            units.Add(new UnitSummary(
                reader.ReadString(),
                reader.ReadString(),
                reader.ReadString(),
                SystemdNames.ParseActiveState(reader.ReadString()),
                reader.ReadString()));
            reader.Skip("souso");
            reader.Exit();
        }

        return units;
    }
}
