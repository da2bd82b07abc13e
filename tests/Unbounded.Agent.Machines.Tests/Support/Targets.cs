using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Tests.Support;

/// <summary>Slots, and targets for them.</summary>
internal static class Targets
{
    public static readonly SlotName One = new("kube1");
    public static readonly SlotName Two = new("kube2");
    public static readonly IReadOnlyList<SlotName> Both = [One, Two];

    public static Target Of(AgentConfig config) => new(new string('a', 64), config, new UpdatePolicy());

    public static Target Standalone(string version = "1.20.2") => Of(Configs.Standalone(version));
}
