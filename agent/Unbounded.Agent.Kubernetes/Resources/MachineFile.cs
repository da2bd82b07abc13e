using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>
/// <c>machine.yaml</c>: the Machine resource as a local file. Pure functions of bytes; who watches the file keeps the desired state that was in force when
/// a new content is refused.
/// </summary>
public static class MachineFile
{
    /// <summary>Largest accepted file, in bytes.</summary>
    public const int MaxBytes = YamlSource.MaxBytes;

    /// <summary>Parses and checks a file.</summary>
    /// <param name="utf8">The whole file.</param>
    /// <exception cref="AgentException">
    /// <see cref="KubernetesErrors.MachineIncomplete"/>: empty or cut off, which may pass by itself. <see cref="KubernetesErrors.MachineUnreadable"/>: not a YAML document.
    /// <see cref="KubernetesErrors.MachineInvalid"/>: every problem at once in <see cref="AgentException.Details"/>, each with path, line and column.
    /// </exception>
    public static ParsedMachine Parse(ReadOnlySpan<byte> utf8)
    {
        var problems = new DocumentProblems();
        DocumentNode root;
        try
        {
            root = YamlSource.Read(utf8, problems);
        }
        catch (YamlRefused e)
        {
            throw Refused(e);
        }

        return Checked(root, problems);
    }

    /// <summary>The smallest file that says what to run, as <c>install</c> writes it. <see cref="Parse"/> reads it back without a warning.</summary>
    /// <param name="name">Name of the Machine.</param>
    /// <param name="version">Kubernetes version, null: the configuration's.</param>
    /// <param name="image">Image reference, null: the configuration's.</param>
    public static string Write(string name, string? version, string? image)
    {
        var yaml = new YamlWriter();
        yaml.Text(0, "apiVersion", Machine.GroupVersion);
        yaml.Text(0, "kind", Machine.KindName);
        yaml.Open(0, "metadata");
        yaml.Text(1, "name", name);
        if (version is null && image is null)
            return yaml.ToString();
        yaml.Open(0, "spec");
        if (version is not null)
        {
            yaml.Open(1, "kubernetes");
            yaml.Text(2, "version", version);
        }

        if (image is not null)
        {
            yaml.Open(1, "agent");
            yaml.Text(2, "image", image);
        }

        return yaml.ToString();
    }

    internal static ParsedMachine Checked(DocumentNode root, DocumentProblems problems)
    {
        var machine = MachineReader.Read(root, problems);
        if (!problems.Any)
            return new ParsedMachine(machine, problems.Warnings);
        throw new AgentException(
            KubernetesErrors.MachineInvalid,
            "The Machine is not valid",
            string.Join("; ", problems.Errors),
            "Correct these fields; the desired state before stays in force until then",
            details: problems.Errors);
    }

    private static AgentException Refused(YamlRefused refused) => refused.Refusal == YamlRefusal.Incomplete
        ? new AgentException(
            KubernetesErrors.MachineIncomplete,
            "The Machine file is not complete",
            refused.Detail.ToString(),
            "Write it to another name and rename it over this one; the desired state before stays in force until then",
            details: [refused.Detail])
        : new AgentException(
            KubernetesErrors.MachineUnreadable,
            "The Machine file can't be read as YAML",
            refused.Detail.ToString(),
            "Correct the file at this place; the desired state before stays in force until then",
            details: [refused.Detail]);
}
