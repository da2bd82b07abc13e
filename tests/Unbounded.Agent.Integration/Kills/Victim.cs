using System.Text.Json.Serialization;

namespace Unbounded.Agent.Integration.Kills;

/// <summary>What is killed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Victim>))]
internal enum Victim
{
    /// <summary>The agent's process, by SIGKILL; systemd starts it again.</summary>
    Daemon,

    /// <summary>The whole host at one instant; what was not synced is lost.</summary>
    Host,
}
