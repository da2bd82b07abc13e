namespace Unbounded.Agent.Hosting;

/// <summary>Every file of the agent itself, in one place. What belongs to machines is in <c>MachinePaths</c>.</summary>
/// <param name="ConfigFile">The configuration: the one file that may be elsewhere.</param>
/// <param name="Root">Prefix of every other path, without a final slash; empty for the real host.</param>
internal sealed record AgentPaths(string ConfigFile, string Root = "")
{
    /// <summary>Where the configuration is unless the environment says otherwise.</summary>
    public const string DefaultConfigFile = "/etc/unbounded/agent/config.json";

    /// <summary>Names another configuration.</summary>
    public const string ConfigVariable = "UNBOUNDED_AGENT_CONFIG_FILE";

    /// <summary>The paths of this process.</summary>
    public static AgentPaths OfProcess() => new(
        Environment.GetEnvironmentVariable(ConfigVariable) is { Length: > 0 } file ? Path.GetFullPath(file) : DefaultConfigFile);

    /// <summary>Where the local Machine and the applied configs are, wherever the configuration is.</summary>
    public string ConfigDirectory => $"{Root}/etc/unbounded/agent";

    /// <summary>The local Machine.</summary>
    public string MachineFile => $"{ConfigDirectory}/machine.yaml";

    /// <summary>The one truth.</summary>
    public string Record => $"{Root}/var/lib/unbounded/agent/record.json";

    /// <summary>The ancestor's state file, derived.</summary>
    public string State => $"{Root}/var/lib/unbounded/update/state.json";

    /// <summary>How a host with two system partitions is updated, and where metrics are offered.</summary>
    public string UpdateSettings => $"{Root}/etc/unbounded/update.conf";

    /// <summary>What is kept of updates of system partitions.</summary>
    public string UpdateDirectory => $"{Root}/var/lib/unbounded/update";

    /// <summary>The Machine with its status, for people and tools.</summary>
    public string StatusFile => $"{Root}/var/lib/unbounded/agent/machine-status.yaml";

    /// <summary>Counts accepted edits of the local Machine.</summary>
    public string GenerationFile => $"{Root}/var/lib/unbounded/agent/machine-generation.json";

    /// <summary>Who the daemon is to the API server; without it the local Machine is what is wanted.</summary>
    public string Kubeconfig => $"{ConfigDirectory}/kubeconfig";

    /// <summary>The Machine as the API server last said it.</summary>
    public string ClusterMachine => $"{Root}/var/lib/unbounded/agent/cluster-machine.json";

    /// <summary>The daemon's own certificate with its key.</summary>
    public string Identity => $"{Root}/var/lib/unbounded/agent/identity.pem";

    /// <summary>The key that a certificate is being asked for.</summary>
    public string IdentityNextKey => $"{Root}/var/lib/unbounded/agent/identity-next.key";

    /// <summary>The Node as this host last knew it.</summary>
    public string ClusterNode => $"{Root}/var/lib/unbounded/agent/cluster-node.json";

    /// <summary>Written and read back to see that the data partition takes writes.</summary>
    public string DataCheckFile => $"{Root}/var/lib/unbounded/agent/data-check";

    /// <summary>What people asked for, one file a request.</summary>
    public string Requests => $"{Root}/var/lib/unbounded/agent/requests";

    /// <summary>Why requests were refused. On tmpfs: whoever asked waits for it.</summary>
    public string Answers => $"{Root}/run/unbounded/answers";

    /// <summary>What is being done at this instant. On tmpfs: after a reboot nothing is.</summary>
    public string ProgressFile => $"{Root}/run/unbounded/progress.json";

    /// <summary>Held while the host is changed.</summary>
    public string Lock => $"{Root}/run/unbounded-agent.lock";

    /// <summary>Held by the daemon as long as it lives.</summary>
    public string DaemonLock => $"{Root}/run/unbounded-agent-daemon.lock";
}
