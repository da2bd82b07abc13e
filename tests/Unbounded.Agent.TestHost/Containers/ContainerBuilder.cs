namespace Unbounded.Agent.TestHost.Containers;

/// <summary>
/// Describes a container; every call returns a new builder. Unlike Testcontainers a container has no network unless asked:
/// the engine of <c>hack/engine</c> routes nothing.
/// </summary>
public sealed class ContainerBuilder
{
    private readonly ContainerConfiguration _configuration;

    /// <summary>An empty description.</summary>
    public ContainerBuilder()
        : this(new ContainerConfiguration())
    {
    }

    private ContainerBuilder(ContainerConfiguration configuration) => _configuration = configuration;

    /// <summary>The image, which the engine must already have: nothing is pulled.</summary>
    public ContainerBuilder WithImage(string image) => new(_configuration with { Image = image });

    /// <summary>A name; by default one is made up.</summary>
    public ContainerBuilder WithName(string name) => new(_configuration with { Name = name });

    /// <summary>Takes the place of the image's command.</summary>
    public ContainerBuilder WithCommand(params string[] command) => new(_configuration with { Command = [.. command] });

    /// <summary>A directory or file of this machine.</summary>
    public ContainerBuilder WithBindMount(string source, string destination, AccessMode mode = AccessMode.ReadWrite)
        => new(_configuration with
        {
            Binds = _configuration.Binds.Add(mode == AccessMode.ReadOnly ? $"{source}:{destination}:ro" : $"{source}:{destination}"),
        });

    /// <summary>A device of this machine, under the same name.</summary>
    public ContainerBuilder WithDevice(string path) => new(_configuration with { Devices = _configuration.Devices.Add(path) });

    /// <summary>A file system in memory; <paramref name="options"/> as mount(8) takes them.</summary>
    public ContainerBuilder WithTmpfsMount(string destination, string options = "")
        => new(_configuration with { Tmpfs = _configuration.Tmpfs.SetItem(destination, options) });

    /// <summary>A label, by which containers are found again.</summary>
    public ContainerBuilder WithLabel(string name, string value)
        => new(_configuration with { Labels = _configuration.Labels.SetItem(name, value) });

    /// <summary>An environment variable of PID 1 and of every exec.</summary>
    public ContainerBuilder WithEnvironment(string name, string value)
        => new(_configuration with { Environment = _configuration.Environment.SetItem(name, value) });

    /// <summary>The engine's network mode; <c>none</c> by default.</summary>
    public ContainerBuilder WithNetwork(string mode) => new(_configuration with { Network = mode });

    /// <summary>The host name inside.</summary>
    public ContainerBuilder WithHostname(string hostname) => new(_configuration with { Hostname = hostname });

    /// <summary>Every capability this machine has, no seccomp filter, writable sysfs.</summary>
    public ContainerBuilder WithPrivileged(bool privileged) => new(_configuration with { Privileged = privileged });

    /// <summary>A terminal for PID 1, without which systemd prints nothing.</summary>
    public ContainerBuilder WithTerminal(bool terminal) => new(_configuration with { Terminal = terminal });

    /// <summary>How long a stop may take before it becomes a kill; 10 s by default.</summary>
    public ContainerBuilder WithStopTimeout(TimeSpan timeout) => new(_configuration with { StopTimeout = timeout });

    /// <summary>The container; nothing reaches the engine before it is started.</summary>
    /// <exception cref="InvalidOperationException">No image was named.</exception>
    public IContainer Build()
    {
        if (_configuration.Image.Length == 0)
            throw new InvalidOperationException("A container needs an image: WithImage(...).");
        return new DockerContainer(_configuration);
    }
}
