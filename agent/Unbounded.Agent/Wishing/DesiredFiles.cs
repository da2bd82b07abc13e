using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Wishing;

/// <summary>The desired state as this host's files say it.</summary>
internal sealed class DesiredFiles(IDurableStore store, AgentPaths paths, MachineGeneration generations)
{
    public string ConfigFile => paths.ConfigFile;

    public string MachineFile => paths.MachineFile;

    /// <summary>Reads, checks and merges both files; null when there is no configuration at all.</summary>
    /// <exception cref="AgentException">One of them is not valid: every problem is in the details.</exception>
    public async Task<ReadDesire?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(paths.ConfigFile, AgentConfigParser.MaxBytes, cancellationToken) is not { } configBytes)
            return null;
        var config = AgentConfigParser.Parse(configBytes);
        var warnings = Named(paths.ConfigFile, [.. config.Warnings, .. IdleFields.Of(config.Config)]);
        if (await store.ReadAsync(paths.MachineFile, Kubernetes.Resources.MachineFile.MaxBytes, cancellationToken) is not { } machineBytes)
            return With(new DesiredState(config.Config, new UpdatePolicy()), warnings);
        var machine = Kubernetes.Resources.MachineFile.Parse(machineBytes);
        var generation = await generations.OfAsync(machineBytes, cancellationToken);
        var merged = DesiredStateMerger.Merge(config.Config, machine.Machine, generation);
        return With(merged, [.. warnings, .. Named(paths.MachineFile, [.. machine.Warnings, .. IdleFields.Of(machine.Machine.Spec)])]);
    }

    private static IEnumerable<string> Named(string file, IEnumerable<ErrorDetail> warnings) =>
        warnings.Select(w => $"{Path.GetFileName(file)}: {w}");

    private static ReadDesire With(DesiredState desired, IEnumerable<string> warnings) =>
        new(desired, HiddenPaths.Warning(desired.Config.OCIImage) is { } hidden ? [.. warnings, hidden] : [.. warnings]);
}
