using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus;

namespace Unbounded.Agent.Linux.Tests.DBus;

public sealed class DBusErrorsTests
{
    [Theory]
    [InlineData("org.freedesktop.systemd1.NoSuchUnit", "UBA-2210")]
    [InlineData("org.freedesktop.machine1.NoSuchMachine", "UBA-2212")]
    [InlineData("org.freedesktop.DBus.Error.AccessDenied", "UBA-2206")]
    [InlineData("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", "UBA-2206")]
    [InlineData("org.freedesktop.DBus.Error.NoReply", "UBA-2205")]
    [InlineData("org.freedesktop.DBus.Error.ServiceUnknown", "UBA-2205")]
    [InlineData("org.freedesktop.DBus.Error.NameHasNoOwner", "UBA-2205")]
    [InlineData("org.freedesktop.systemd1.UnitMasked", "UBA-2204")]
    [InlineData("", "UBA-2204")]
    public void From_ErrorName_CodeAndNameAreKept(string name, string code)
    {
        var error = DBusErrors.From(new DBusException(name, "It said so.", "org.example", "org.example.Iface.Do"));

        Assert.Equal((code, name), (error.Code.Id, DBusErrors.NameOf(error)));
        Assert.Contains("org.example.Iface.Do of org.example", error.What, StringComparison.Ordinal);
        Assert.EndsWith("It said so", error.Why, StringComparison.Ordinal);
        Assert.NotEmpty(error.Next);
    }

    [Fact]
    public void NameOf_ErrorThatIsNoReply_Null() =>
        Assert.Null(DBusErrors.NameOf(new AgentException(LinuxErrors.BusCallTimeout, "a", "b", "c")));

    [Theory]
    [InlineData("org.freedesktop.DBus.Error.NoReply", true)]
    [InlineData("org.freedesktop.DBus.Error.Disconnected", true)]
    [InlineData("org.freedesktop.DBus.Error.ServiceUnknown", true)]
    [InlineData("org.freedesktop.DBus.Error.AccessDenied", false)]
    [InlineData("org.freedesktop.systemd1.NoSuchUnit", false)]
    public void IsInterrupted_ErrorName_OnlyWhenTheAnswerWasLost(string name, bool expected) =>
        Assert.Equal(expected, DBusErrors.IsInterrupted(DBusErrors.From(new DBusException(name, "", "", ""))));

    [Fact]
    public void IsInterrupted_ConnectionLostOrTimeout_OnlyTheFirst()
    {
        Assert.True(DBusErrors.IsInterrupted(new AgentException(LinuxErrors.BusConnectionLost, "a", "b", "c")));
        Assert.False(DBusErrors.IsInterrupted(new AgentException(LinuxErrors.BusCallTimeout, "a", "b", "c")));
    }
}
