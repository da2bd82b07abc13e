namespace Unbounded.Agent.Linux.Tests.DBus.Server;

/// <summary>An error reply.</summary>
internal sealed class ServerException(string name, string message) : Exception(message)
{
    public string Name { get; } = name;
}
