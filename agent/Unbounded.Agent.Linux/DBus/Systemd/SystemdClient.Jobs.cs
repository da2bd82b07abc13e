using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>Jobs.</summary>
internal sealed partial class SystemdClient
{
    /// <inheritdoc/>
    public Task<JobResult> StartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default) =>
        _jobs.RunAsync(new JobRequest(unit, "start", UnitCall("StartUnit", unit, mode)) { IsRepeatable = true }, cancellationToken);

    /// <inheritdoc/>
    public Task<JobResult> StopAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default) =>
        _jobs.RunAsync(
            new JobRequest(unit, "stop", UnitCall("StopUnit", unit, mode)) { IsRepeatable = true, EndsInactive = true },
            cancellationToken);

    /// <inheritdoc/>
    public Task<JobResult> RestartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default) =>
        _jobs.RunAsync(new JobRequest(unit, "restart", UnitCall("RestartUnit", unit, mode)), cancellationToken);

    /// <inheritdoc/>
    public Task<JobResult> ReloadOrRestartAsync(string unit, JobMode mode = JobMode.Replace, CancellationToken cancellationToken = default) =>
        _jobs.RunAsync(new JobRequest(unit, "reload-or-restart", UnitCall("ReloadOrRestartUnit", unit, mode)), cancellationToken);

    /// <inheritdoc/>
    public Task<JobResult> StartTransientAsync(TransientService service, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        if (service.Command.Count == 0)
            throw new ArgumentException("A service needs a program to run.", nameof(service));
        return _jobs.RunAsync(
            new JobRequest(service.Name, "start", Call("StartTransientUnit", writer => TransientWriter.Write(writer, service))),
            cancellationToken);
    }

    private static BusCall UnitCall(string method, string unit, JobMode mode) => Call(method, writer =>
    {
        writer.WriteString(unit);
        writer.WriteString(SystemdNames.Word(mode));
    });
}
