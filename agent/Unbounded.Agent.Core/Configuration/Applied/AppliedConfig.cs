using System.Security.Cryptography;
using System.Text;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Parsing;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration.Applied;

/// <summary>
/// The applied config: what the active side was made from, in the ancestor's exact format (2-space JSON without a final newline, beside it the SHA-256 of
/// exactly those bytes). Pure functions; <see cref="AppliedConfigFiles"/> keeps the files.
/// </summary>
public static class AppliedConfig
{
    /// <summary>Largest accepted file, in bytes.</summary>
    public const int MaxBytes = AgentConfigParser.MaxBytes;

    /// <summary>Writes a configuration as the ancestor does. Only the agent's part: never <see cref="AgentConfig.Downloads"/>.</summary>
    public static byte[] Serialize(AgentConfig config) => GoJson.Write(AppliedConfigShape.Of(config));

    /// <summary>The sidecar of these bytes: lowercase hexadecimal SHA-256 and a newline.</summary>
    public static byte[] Sidecar(ReadOnlySpan<byte> config) =>
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(config)) + "\n");

    /// <summary>
    /// Reads and verifies an applied config. It was accepted by an agent once, so a value that a newer agent would refuse is only warned of; a path that
    /// could do harm in a unit file is an error even so.
    /// </summary>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="config">All of its bytes.</param>
    /// <param name="sidecar">All bytes of the sidecar; null when there is none, which is warned of.</param>
    /// <exception cref="AgentException"><see cref="CoreErrors.AppliedConfigMismatch"/> or <see cref="CoreErrors.AppliedConfigInvalid"/>.</exception>
    public static LoadedAppliedConfig Load(string path, byte[] config, byte[]? sidecar)
    {
        var missing = new DocumentNode { Kind = DocumentKind.Null, Path = DocumentPath.Root };
        var problems = new DocumentProblems(strict: false);
        if (sidecar is null)
            problems.Warn(missing, "has no checksum beside it; taken as it is");
        else if (!Matches(config, sidecar))
            throw Mismatch(path);
        var root = JsonDocumentSource.Read(config, MaxBytes, problems, out var unreadable);
        if (root is null)
            throw Invalid(path, [unreadable!]);
        var parsed = AgentConfigReader.Read(root, problems);
        if (problems.Any)
            throw Invalid(path, problems.Errors);
        return new LoadedAppliedConfig(parsed, config, sidecar is not null, problems.Warnings);
    }

    /// <summary>Whether a sidecar is that of a config. Blanks around the digits are allowed, as in the ancestor.</summary>
    internal static bool Matches(ReadOnlySpan<byte> config, ReadOnlySpan<byte> sidecar)
    {
        var stated = Encoding.ASCII.GetString(sidecar).Trim();
        return string.Equals(stated, Convert.ToHexStringLower(SHA256.HashData(config)), StringComparison.OrdinalIgnoreCase);
    }

    private static AgentException Mismatch(string path) => new(
        CoreErrors.AppliedConfigMismatch,
        $"The applied config {path} does not match its checksum",
        $"it has another SHA-256 than {path}.sha256 says, and there is no record to repair it from",
        $"When the file is right, remove {path}.sha256 and start again; else restore it, or uninstall and install");

    private static AgentException Invalid(string path, IReadOnlyList<ErrorDetail> details) => new(
        CoreErrors.AppliedConfigInvalid,
        $"The applied config {path} can't be understood",
        string.Join("; ", details),
        "Restore the file and its .sha256, or uninstall and install",
        details: details);
}
