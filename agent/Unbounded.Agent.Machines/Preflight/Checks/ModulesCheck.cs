namespace Unbounded.Agent.Machines.Preflight.Checks;

/// <summary>The kernel has what pods' network needs.</summary>
internal sealed class ModulesCheck(PreflightHost host) : IPreflightCheck
{
    private const string Module = "br_netfilter";

    public string Name => "modules";

    public async Task<PreflightFinding> RunAsync(PreflightInput input, CancellationToken cancellationToken)
    {
        if (await host.Services.Modules.IsPresentAsync(Module, cancellationToken))
            return PreflightFinding.Ok($"the kernel has {Module}");
        return await KernelTree.HasModuleAsync(host.Root, Module, cancellationToken)
            ? PreflightFinding.Ok($"the kernel has a module {Module}, which install loads")
            : PreflightFinding.Warning($"the kernel has no {Module}", "Services may not be reached from pods of the same node: load it on the machine that owns the kernel");
    }
}
