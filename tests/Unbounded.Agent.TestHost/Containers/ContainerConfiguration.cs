using System.Collections.Immutable;

namespace Unbounded.Agent.TestHost.Containers;

/// <summary>What a builder has collected.</summary>
internal sealed record ContainerConfiguration
{
    public string Image { get; init; } = "";

    public string? Name { get; init; }

    public ImmutableArray<string> Command { get; init; } = [];

    public ImmutableArray<string> Binds { get; init; } = [];

    public ImmutableArray<string> Devices { get; init; } = [];

    public ImmutableDictionary<string, string> Tmpfs { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    public string Network { get; init; } = "none";

    public string? Hostname { get; init; }

    public bool Privileged { get; init; }

    public bool Terminal { get; init; }

    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
