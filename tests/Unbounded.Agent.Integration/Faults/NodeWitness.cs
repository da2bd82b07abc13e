using Unbounded.Agent.Integration.Agent;

namespace Unbounded.Agent.Integration.Faults;

/// <summary>The node as it was at one instant, to see later that nothing happened to it.</summary>
internal sealed class NodeWitness
{
    private readonly AgentHost _agent;
    private readonly string _active;
    private readonly string _kubelet;
    private readonly string _machine;

    private NodeWitness(AgentHost agent, string active, string kubelet, string machine) =>
        (_agent, _active, _kubelet, _machine) = (agent, active, kubelet, machine);

    public static async Task<NodeWitness> OfAsync(AgentHost agent)
    {
        var active = (string)(await agent.StatusAsync())["activeSlot"]!;
        return new NodeWitness(agent, active, await KubeletAsync(agent, active), await MachineAsync(agent, active));
    }

    /// <summary>The same side is active, by the same start of the same machine and the same kubelet, and the kubelet answers.</summary>
    public async Task AssertUntouchedAsync()
    {
        Assert.Equal(_active, (string?)(await _agent.StatusAsync())["activeSlot"]);
        Assert.Equal(_machine, await MachineAsync(_agent, _active));
        Assert.Equal(_kubelet, await KubeletAsync(_agent, _active));
        Assert.True(await _agent.IsHealthyAsync());
    }

    private static Task<string> MachineAsync(AgentHost agent, string active) => agent.UnitAsync($"systemd-nspawn@{active}.service", "InvocationID");

    private static Task<string> KubeletAsync(AgentHost agent, string active) =>
        agent.Host.RunAsync("systemctl", "-M", active, "show", "--value", "-p", "InvocationID", "kubelet.service");
}
