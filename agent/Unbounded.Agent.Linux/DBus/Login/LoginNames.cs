namespace Unbounded.Agent.Linux.DBus.Login;

/// <summary>Names of org.freedesktop.login1(5).</summary>
internal static class LoginNames
{
    internal const string Service = "org.freedesktop.login1";
    internal const string ManagerPath = "/org/freedesktop/login1";
    internal const string Manager = "org.freedesktop.login1.Manager";
    internal const string Properties = "org.freedesktop.DBus.Properties";
    internal const string RebootParameter = "RebootParameter";
}
