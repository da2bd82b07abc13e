using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Network.Routing;
using static Unbounded.Agent.Linux.Tests.Network.NetworkNamespace;

namespace Unbounded.Agent.Linux.Tests.Network;

/// <summary>Against the real kernel, with ip(8) as the other opinion.</summary>
public sealed class RouteNetlinkTests
{
    private readonly RouteNetlink _routing = new();

    [Fact]
    public void Links_OfSeveralKinds_AreNamedWithTheirKind() => Run(() =>
    {
        Command("ip", "link", "add", "cbr0", "type", "bridge");
        Command("ip", "link", "add", "vxlan0", "type", "vxlan", "id", "7", "dstport", "4789");
        var links = _routing.Links();
        Assert.Equal(["cbr0:bridge", "lo:", "vxlan0:vxlan"], links.Select(l => $"{l.Name}:{l.Kind}").Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Links_Hundreds_AreAllListed() => Run(() =>
    {
        for (var i = 0; i < 150; i++)
            Command("ip", "link", "add", $"v{i}", "type", "veth", "peer", "name", $"p{i}");
        Assert.Equal(301, _routing.Links().Count);
    });

    [Fact]
    public void DeleteLink_Existing_IsGoneForIp() => Run(() =>
    {
        Command("ip", "link", "add", "cbr0", "type", "bridge");
        _routing.Delete(_routing.Links().Single(l => l.Name == "cbr0"));
        Assert.DoesNotContain("cbr0", Command("ip", "link"), StringComparison.Ordinal);
    });

    [Fact]
    public void DeleteLink_GoneAlready_IsNoError() => Run(() => _routing.Delete(new NetworkLink(4711, "gone0", "bridge")));

    [Fact]
    public void DeleteLink_Loopback_IsRefusedWithTheKernelsReason() => Run(() =>
    {
        var error = Assert.Throws<AgentException>(() => _routing.Delete(_routing.Links().Single(l => l.Name == "lo")));
        Assert.Equal(LinuxErrors.NetlinkRefused, error.Code);
        Assert.Contains("link lo", error.What, StringComparison.Ordinal);
    });

    [Fact]
    public void DeleteRule_OneOfMany_LeavesTheOthers() => Run(() =>
    {
        Command("ip", "rule", "add", "fwmark", "0x5", "table", "51820", "priority", "100");
        Command("ip", "rule", "add", "from", "10.0.0.0/8", "table", "51820", "priority", "100");
        Command("ip", "-6", "rule", "add", "fwmark", "0x6", "table", "51821");
        var before = Command("ip", "rule");
        var rules = _routing.Rules();
        Assert.Equal(2, rules.Count(r => r is { Table: 51820, Priority: 100, Family: 2 }));
        Assert.Single(rules, r => r is { Table: 51821, Family: 10 });

        foreach (var rule in rules.Where(r => r.Table == 51821))
            _routing.Delete(rule);
        Assert.Equal(before, Command("ip", "rule"));
        Assert.DoesNotContain("51821", Command("ip", "-6", "rule"), StringComparison.Ordinal);

        foreach (var rule in rules.Where(r => r.Table == 51820))
            _routing.Delete(rule);
        Assert.DoesNotContain("51820", Command("ip", "rule"), StringComparison.Ordinal);
        Assert.Contains("lookup main", Command("ip", "rule"), StringComparison.Ordinal);
    });

    [Fact]
    public void DeleteRule_Twice_IsNoError() => Run(() =>
    {
        Command("ip", "rule", "add", "fwmark", "0x5", "table", "51820");
        var rule = _routing.Rules().Single(r => r.Table == 51820);
        _routing.Delete(rule);
        _routing.Delete(rule);
    });

    [Fact]
    public void DeleteRoute_OfEveryKind_EmptiesTheTableAndNoOther() => Run(() =>
    {
        Command("ip", "link", "add", "br0", "type", "bridge");
        Command("ip", "addr", "add", "192.0.2.1/24", "dev", "br0");
        Command("ip", "link", "set", "br0", "up");
        Command("ip", "route", "add", "10.9.0.0/16", "via", "192.0.2.9", "table", "51830");
        Command("ip", "route", "add", "default", "dev", "br0", "table", "51830");
        Command("ip", "route", "add", "blackhole", "10.10.0.0/16", "table", "51899");
        Command("ip", "route", "add", "10.11.0.0/16", "table", "51899", "nexthop", "dev", "br0", "weight", "1", "nexthop", "via", "192.0.2.7", "weight", "2");
        Command("ip", "-6", "route", "add", "fd00:9::/64", "dev", "br0", "table", "51840");
        Command("ip", "route", "add", "10.9.0.0/16", "dev", "br0", "table", "51900");
        var routes = _routing.Routes(51820, 51899);
        Assert.Equal(
            ["10.10.0.0/16", "10.11.0.0/16", "10.9.0.0/16", "default", "fd00:9::/64"],
            routes.Select(r => r.Destination).Order(StringComparer.Ordinal));

        foreach (var route in routes)
            _routing.Delete(route);
        Assert.Empty(_routing.Routes(51820, 51899));
        Assert.Contains("10.9.0.0/16", Command("ip", "route", "show", "table", "51900"), StringComparison.Ordinal);
        Assert.Contains("192.0.2.0/24", Command("ip", "route"), StringComparison.Ordinal);
        _routing.Delete(routes[0]);
    });
}
