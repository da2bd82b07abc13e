namespace Unbounded.Agent.Linux.DBus.Machined;

/// <summary>Names of org.freedesktop.machine1(5).</summary>
internal static class MachinedNames
{
    internal const string Service = "org.freedesktop.machine1";
    internal const string ManagerPath = "/org/freedesktop/machine1";
    internal const string Manager = "org.freedesktop.machine1.Manager";
    internal const string Machine = "org.freedesktop.machine1.Machine";
    internal const string Properties = "org.freedesktop.DBus.Properties";
}
