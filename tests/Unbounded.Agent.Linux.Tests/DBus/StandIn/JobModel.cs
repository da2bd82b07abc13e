namespace Unbounded.Agent.Linux.Tests.DBus.StandIn;

/// <summary>A queued job of the stand-in.</summary>
internal sealed record JobModel(uint Id, UnitModel Unit, string Type)
{
    public string Path => $"/org/freedesktop/systemd1/job/{Id}";
}
