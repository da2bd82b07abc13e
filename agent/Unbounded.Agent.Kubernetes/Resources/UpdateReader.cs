using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Syntax;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources.Yaml;

namespace Unbounded.Agent.Kubernetes.Resources;

/// <summary>Reads <c>spec.update</c> within the ranges of <see cref="UpdatePolicy"/>.</summary>
internal static class UpdateReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static UpdateSpec Read(DocumentMap map, DocumentProblems problems)
    {
        var spec = new UpdateSpec
        {
            Strategy = ReadStrategy(map, problems),
            Paused = map.Flag("paused"),
            RetryNonce = SpecReader.Checked(map, "retryNonce", Nonce, problems),
            MaintenanceWindow = SpecReader.Checked(map, "maintenanceWindow", ValueSyntax.Window, problems),
            HealthGate = map.Map("healthGate") is { } gate ? ReadGate(gate, problems) : null,
            Rollback = map.Map("rollback") is { } rollback ? ReadRollback(rollback) : null,
            Drain = map.Map("drain") is { } drain ? ReadDrain(drain, problems) : null,
        };
        map.Finish();
        return spec;
    }

    private static UpdateStrategy? ReadStrategy(DocumentMap map, DocumentProblems problems)
    {
        if (map.Text("strategy") is not { } node)
            return null;
        foreach (var strategy in Enum.GetValues<UpdateStrategy>())
        {
            if (string.Equals(node.Scalar, strategy.ToString(), StringComparison.Ordinal))
                return strategy;
        }

        problems.Error(node, $"must be {string.Join(", ", Enum.GetNames<UpdateStrategy>())}, not '{Redaction.Shown(node.Scalar)}'");
        return null;
    }

    private static HealthGateSpec ReadGate(DocumentMap map, DocumentProblems problems)
    {
        var spec = new HealthGateSpec(
            Duration(map, "bootTimeout", Second, Hour, problems),
            Duration(map, "timeout", Second, Day, problems),
            Duration(map, "settle", TimeSpan.Zero, Day, problems),
            Duration(map, "systemPods", TimeSpan.Zero, Hour, problems),
            SpecReader.Checked(map, "url", url => ValueSyntax.WebAddress(url), problems));
        map.Finish();
        return spec;
    }

    private static RollbackSpec ReadRollback(DocumentMap map)
    {
        var spec = new RollbackSpec((int?)map.WholeNumber("maxAttempts", 1, 100));
        map.Finish();
        return spec;
    }

    private static DrainSpec ReadDrain(DocumentMap map, DocumentProblems problems)
    {
        var spec = new DrainSpec(
            map.Flag("enabled"),
            Duration(map, "timeout", Second, Day, problems),
            Duration(map, "podGrace", TimeSpan.Zero, Hour, problems));
        map.Finish();
        return spec;
    }

    private static TimeSpan? Duration(DocumentMap map, string name, TimeSpan minimum, TimeSpan maximum, DocumentProblems problems)
    {
        if (map.Text(name) is not { } node)
            return null;
        if (!GoDuration.TryParse(node.Scalar, out var duration))
            problems.Error(node, $"'{Redaction.Shown(node.Scalar)}' is not a duration such as 30s or 1h30m");
        else if (duration < minimum || duration > maximum)
            problems.Error(node, $"must be from {GoDuration.Format(minimum)} to {GoDuration.Format(maximum)}");
        else
            return duration;
        return null;
    }

    private static string? Nonce(string value) =>
        value.Length > 253 || value.Any(char.IsControl) ? "must be at most 253 characters without control characters" : null;
}
