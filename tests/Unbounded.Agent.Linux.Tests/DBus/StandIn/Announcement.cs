namespace Unbounded.Agent.Linux.Tests.DBus.StandIn;

/// <summary>What systemd tells its subscribers.</summary>
internal abstract record Announcement
{
    internal sealed record JobRemoved(JobModel Job, string Result) : Announcement;

    internal sealed record UnitChanged(string Unit) : Announcement;

    internal sealed record SystemChanged : Announcement;
}
