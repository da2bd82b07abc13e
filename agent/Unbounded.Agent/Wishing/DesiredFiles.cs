using Unbounded.Agent.Cluster;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Hosting;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Wishing;

/// <summary>
/// The desired state as this host's files say it. Where the host follows an API server, the Machine that it said last takes the local one's place.
/// </summary>
internal sealed class DesiredFiles(IDurableStore store, AgentPaths paths, MachineGeneration generations)
{
    private readonly ClusterMachine _cluster = new(store, paths);

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
        if (await ToldAsync(config.Config, cancellationToken) is { } told)
            return Merged(config.Config, told, 0, "the Machine in the cluster", warnings);
        if (await store.ReadAsync(paths.MachineFile, Kubernetes.Resources.MachineFile.MaxBytes, cancellationToken) is not { } machineBytes)
            return With(new DesiredState(config.Config, new UpdatePolicy()), warnings);
        var machine = Kubernetes.Resources.MachineFile.Parse(machineBytes);
        var generation = await generations.OfAsync(machineBytes, cancellationToken);
        return Merged(config.Config, machine, generation, paths.MachineFile, warnings);
    }

    /// <summary>What to register in a cluster that does not know this host's Machine; null: nothing is wanted yet.</summary>
    /// <exception cref="AgentException">A file is not valid.</exception>
    public async Task<byte[]?> RegistrationAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is not { } read)
            return null;
        // One that was deleted comes back as it was.
        if (await ToldAsync(read.State.Config, cancellationToken) is { } told)
            return Registration.Of(read.State, told.Machine);
        var local = await store.ReadAsync(paths.MachineFile, Kubernetes.Resources.MachineFile.MaxBytes, cancellationToken);
        return Registration.Of(read.State, local is null ? null : Kubernetes.Resources.MachineFile.Parse(local).Machine);
    }

    // Also where the identity is gone: a lost file must not make an old machine.yaml what is wanted. Not what was said of this host under another name.
    private async Task<ParsedMachine?> ToldAsync(AgentConfig config, CancellationToken cancellationToken) =>
        config.Kubelet.ApiServer is not null
        && await _cluster.ReadAsync(cancellationToken) is { } bytes
        && MachineJson.Parse(bytes) is { } told
        && told.Machine.Metadata.Name == config.MachineName ? told : null;

    private static ReadDesire Merged(AgentConfig config, ParsedMachine machine, long generation, string source, IEnumerable<string> warnings) => With(
        DesiredStateMerger.Merge(config, machine.Machine, generation),
        [.. warnings, .. Named(source, [.. machine.Warnings, .. IdleFields.Of(machine.Machine.Spec)])]);

    private static IEnumerable<string> Named(string file, IEnumerable<ErrorDetail> warnings) =>
        warnings.Select(w => $"{Path.GetFileName(file)}: {w}");

    private static ReadDesire With(DesiredState desired, IEnumerable<string> warnings) =>
        new(desired, HiddenPaths.Warning(desired.Config.OCIImage) is { } hidden ? [.. warnings, hidden] : [.. warnings]);
}
