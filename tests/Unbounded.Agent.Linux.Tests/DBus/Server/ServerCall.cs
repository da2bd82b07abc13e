using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.Tests.DBus.Server;

/// <summary>A method call received; valid until it is handled.</summary>
internal readonly ref struct ServerCall(string path, string @interface, string member, string sender, BusReader arguments)
{
    public string Path { get; } = path;

    public string Interface { get; } = @interface;

    public string Member { get; } = member;

    public string Sender { get; } = sender;

    public BusReader Arguments { get; } = arguments;
}
