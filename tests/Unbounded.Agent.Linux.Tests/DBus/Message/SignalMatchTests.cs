using Unbounded.Agent.Linux.DBus.Message;

namespace Unbounded.Agent.Linux.Tests.DBus.Message;

public sealed class SignalMatchTests
{
    private static readonly SignalMatch OfOne = new("org.example.Iface", "Changed", "/a");
    private static readonly SignalMatch OfAll = new("org.example.Iface", "Changed");

    [Fact]
    public void RuleFor_Service_IsTheSpecificationsForm()
    {
        Assert.Equal(
            "type='signal',sender='org.example',interface='org.example.Iface',member='Changed',path='/a'", OfOne.RuleFor("org.example"));
        Assert.Equal(
            "type='signal',sender='org.example',interface='org.example.Iface',member='Changed'", OfAll.RuleFor("org.example"));
    }

    [Theory]
    [InlineData("/a", "org.example.Iface", "Changed", true, true)]
    [InlineData("/b", "org.example.Iface", "Changed", false, true)]
    [InlineData("/a", "org.example.Iface", "changed", false, false)]
    [InlineData("/a", "org.example.Other", "Changed", false, false)]
    public void Covers_Signal_ByPathInterfaceAndMember(string path, string @interface, string member, bool one, bool all)
    {
        var signal = new BusSignal(":1.7", path, @interface, member);

        Assert.Equal((one, all), (OfOne.Covers(signal), OfAll.Covers(signal)));
    }
}
