using System.Text.Json;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>The Machine resource as JSON, as an API server sends it. The same checks as for <see cref="MachineFile"/>.</summary>
public static class MachineJson
{
    /// <summary>Largest accepted object, in bytes: an API server's own limit is 1.5 MiB for what it stores.</summary>
    public const int MaxBytes = 2 << 20;

    /// <summary>Parses and checks an object. Its status is not read.</summary>
    /// <exception cref="AgentException"><see cref="KubernetesErrors.MachineUnreadable"/> or <see cref="KubernetesErrors.MachineInvalid"/>.</exception>
    public static ParsedMachine Parse(ReadOnlySpan<byte> utf8)
    {
        var problems = new DocumentProblems();
        var root = JsonDocumentSource.Read(utf8, MaxBytes, problems, out var unreadable);
        if (root is null)
        {
            throw new AgentException(
                KubernetesErrors.MachineUnreadable,
                "The Machine can't be read as JSON",
                unreadable!.ToString(),
                "See what lies between the agent and the API server; the desired state before stays in force until then",
                details: [unreadable]);
        }

        return MachineFile.Checked(root, problems);
    }

    /// <summary>Writes a Machine with what is set in it.</summary>
    public static byte[] Write(Machine machine) => JsonSerializer.SerializeToUtf8Bytes(machine, ResourceJson.Default.Machine);
}
