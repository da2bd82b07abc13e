using System.Reflection;
using Unbounded.Agent.Contracts;
using Unbounded.Agent.TestHost.Hosts;

namespace Unbounded.Agent.Integration.Slots;

/// <summary>
/// The contract that the simulated backends keep, kept by the machines backend on real hosts: each promise is a test of <see cref="SlotsContract"/> or
/// <see cref="FreshSlotsContract"/>. Where several suites are selected the promises take turns on them; <c>UNBOUNDED_SUITES=trixie</c> has all of them
/// kept there.
/// </summary>
[Collection(OnSystemdHosts.Name)]
public sealed class SlotsContractTests(MachinesHosts hosts) : IClassFixture<MachinesHosts>
{
    public static TheoryData<string, string> Promises => All(typeof(SlotsContract));

    public static TheoryData<string, string> FreshPromises => All(typeof(FreshSlotsContract));

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task Machines_OnARealHost_Keep(string suite, string promise) =>
        await KeepsAsync(await hosts.OnAsync(suite), new OnHost(await hosts.OnAsync(suite)), promise);

    [Theory]
    [MemberData(nameof(FreshPromises))]
    public async Task Machines_OnAFreshRealHost_Keep(string suite, string promise) =>
        await KeepsAsync(await hosts.OnAsync(suite), new OnFreshHost(await hosts.OnAsync(suite)), promise);

    private static async Task KeepsAsync(MachinesHost host, object contract, string promise)
    {
        try
        {
            await (Task)contract.GetType().GetMethod(promise)!.Invoke(contract, [])!;
        }
        catch (Exception e)
        {
            var journal = await host.Host.ExecAsync("journalctl", "--no-pager", "-b", "-n", "60", "-o", "short-precise");
            throw new InvalidOperationException($"{e.Message}\n{journal.Stdout}", e);
        }
    }

    private static TheoryData<string, string> All(Type contract)
    {
        var data = new TheoryData<string, string>();
        var suites = Suites.Selected.Select(s => (string)s[0]).ToList();
        var promises = contract.GetMethods().Where(m => m.GetCustomAttribute<FactAttribute>() is not null).Select(m => m.Name).Order(StringComparer.Ordinal);
        foreach (var (turn, promise) in promises.Index())
        {
            data.Add(suites[turn % suites.Count], promise);
        }

        return data;
    }

    private sealed class OnHost(MachinesHost host) : SlotsContract
    {
        protected override async Task<ISlotsHost> StartAsync()
        {
            await host.BeginAsync();
            return host;
        }
    }

    private sealed class OnFreshHost(MachinesHost host) : FreshSlotsContract
    {
        protected override async Task<ISlotsHost> StartFreshAsync()
        {
            await host.ClearAsync();
            return host;
        }
    }
}
