using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Errors;
using YamlDotNet.Core;

namespace Unbounded.Agent.Kubernetes.Resources.Yaml;

/// <summary>Why there is no tree. Never leaves this project: it becomes an <see cref="AgentException"/>.</summary>
internal sealed class YamlRefused(YamlRefusal refusal, string message, Mark? at = null) : Exception(message)
{
    public YamlRefusal Refusal { get; } = refusal;

    public ErrorDetail Detail { get; } = at is { } mark
        ? new ErrorDetail(DocumentPath.Root, message, (int)mark.Line, (int)mark.Column)
        : new ErrorDetail(DocumentPath.Root, message);
}

/// <summary>Kinds of refusal.</summary>
internal enum YamlRefusal
{
    /// <summary>It is not what is wanted.</summary>
    Unreadable,

    /// <summary>It may be being written right now.</summary>
    Incomplete,
}
