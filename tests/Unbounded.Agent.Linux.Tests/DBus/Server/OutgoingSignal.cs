using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.Tests.DBus.Server;

/// <summary>A signal to send.</summary>
internal sealed record OutgoingSignal(string Path, string Interface, string Member, WriteBody Body);
