using Unbounded.Agent.Linux.DBus.Message;
using Unbounded.Agent.Linux.DBus.Session;

namespace Unbounded.Agent.Linux.DBus.Login;

/// <summary>logind over the host's bus.</summary>
internal sealed class LoginClient(BusSession session) : ILogin
{
    /// <inheritdoc/>
    public Task<string> GetRebootParameterAsync(CancellationToken cancellationToken = default) => session.CallAsync(
        new BusCall(
            LoginNames.Service,
            LoginNames.ManagerPath,
            LoginNames.Properties,
            "Get",
            static writer =>
            {
                writer.WriteString(LoginNames.Manager);
                writer.WriteString(LoginNames.RebootParameter);
            }),
        static reader =>
        {
            reader.EnterVariant("s");
            var value = reader.ReadString();
            reader.Exit();
            return value;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SetRebootParameterAsync(string parameter, CancellationToken cancellationToken = default) => session.CallAsync(
        new BusCall(
            LoginNames.Service,
            LoginNames.ManagerPath,
            LoginNames.Manager,
            "SetRebootParameter",
            writer => writer.WriteString(parameter)),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();
}
