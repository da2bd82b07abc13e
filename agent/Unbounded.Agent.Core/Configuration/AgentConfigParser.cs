using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Parsing;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration;

/// <summary>Reads <c>config.json</c> (docs/configuration.md; the ancestor's format). A pure function of the bytes.</summary>
public static class AgentConfigParser
{
    /// <summary>Largest accepted file, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Parses and checks a configuration.</summary>
    /// <param name="utf8">The whole file.</param>
    /// <exception cref="AgentException">
    /// <see cref="CoreErrors.ConfigUnreadable"/>: not a JSON document. <see cref="CoreErrors.ConfigInvalid"/>: every problem at once, in
    /// <see cref="AgentException.Details"/>. Neither ever shows a secret.
    /// </exception>
    public static ParsedConfig Parse(ReadOnlySpan<byte> utf8)
    {
        var problems = new DocumentProblems();
        var root = JsonDocumentSource.Read(utf8, MaxBytes, problems, out var unreadable);
        if (root is null)
        {
            throw new AgentException(
                CoreErrors.ConfigUnreadable,
                "The configuration can't be read as JSON",
                unreadable!.ToString(),
                "Write the whole file again, to another name, and rename it over this one",
                details: [unreadable]);
        }

        var config = AgentConfigReader.Read(root, problems);
        if (problems.Any)
        {
            throw new AgentException(
                CoreErrors.ConfigInvalid,
                "The configuration is not valid",
                string.Join("; ", problems.Errors),
                "Correct these fields; docs/configuration.md describes each",
                details: problems.Errors);
        }

        return new ParsedConfig(config, problems.Warnings);
    }
}
