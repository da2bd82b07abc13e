using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Machines.Preflight;

/// <summary>What the host is checked for.</summary>
public sealed record PreflightInput
{
    /// <summary>The configuration with the Machine's edits merged in; null when it can't be used, see <see cref="ConfigError"/>, or there is none.</summary>
    public AgentConfig? Config { get; init; }

    /// <summary>Why the configuration can't be used.</summary>
    public AgentException? ConfigError { get; init; }

    /// <summary>What a person should know about it.</summary>
    public IReadOnlyList<ErrorDetail> ConfigWarnings { get; init; } = [];

    /// <summary>Whether install may install packages.</summary>
    public bool AllowPackages { get; init; } = true;
}
