using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Configuration.Documents;
using Unbounded.Agent.Core.Configuration.Syntax;

namespace Unbounded.Agent.Core.Configuration.Parsing;

/// <summary>Reads how the kubelet joins. Nothing of a token or of a plugin's environment is ever put into a message.</summary>
internal static class KubeletAuthReader
{
    private const int MaxArguments = 128;

    public static KubeletAuth? Read(DocumentMap kubelet, FieldReader fields, bool standalone)
    {
        var problems = fields.Problems;
        var map = kubelet.Map("Auth");
        var place = map?.Node ?? kubelet.Node;
        var token = map is null ? null : fields.Doubtful(map, "BootstrapToken", ValueSyntax.BootstrapToken);
        var exec = map is null ? null : ReadExec(map, problems);
        map?.Finish();
        var flat = fields.Doubtful(kubelet, "BootstrapToken", ValueSyntax.BootstrapToken);
        if (flat is not null && token is not null && !string.Equals(flat, token, StringComparison.Ordinal))
            problems.Error(place, "BootstrapToken and the older Kubelet.BootstrapToken are different");
        token ??= flat;
        if (token is not null && exec is not null)
            problems.Error(place, "BootstrapToken and ExecCredential exclude each other: exactly one must be set");
        else if (token is null && exec is null && !standalone)
            problems.Doubt(place, "exactly one of Auth.BootstrapToken and Auth.ExecCredential must be set with ApiServer");
        if (token is null && exec is null)
            return null;
        if (standalone)
            problems.Warn(place, "ignored: without ApiServer the kubelet joins no cluster");
        return new KubeletAuth { BootstrapToken = token, ExecCredential = exec };
    }

    private static JsonObject? ReadExec(DocumentMap auth, DocumentProblems problems)
    {
        if (auth.Map("ExecCredential") is not { } map)
            return null;
        var command = map.Text("command");
        if (map.Lacks("command"))
            problems.Error(map.Node, "command is required");
        var version = map.Text("apiVersion");
        if (version is not { Scalar: "client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1" })
            problems.Doubt(version ?? map.Node, "apiVersion must be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1");
        var mode = map.Text("interactiveMode");
        if (mode is not (null or { Scalar: "Never" or "IfAvailable" or "Always" }))
            problems.Doubt(mode, "must be Never, IfAvailable or Always");
        // The order and the members that are written even when unset are those of the ancestor's file.
        var exec = new JsonObject
        {
            ["command"] = command?.Scalar ?? "",
            ["args"] = ReadArguments(map),
            ["env"] = ReadEnvironment(map, problems),
        };
        if (version is not null)
            exec["apiVersion"] = version.Scalar;
        if (map.Text("installHint") is { } hint)
            exec["installHint"] = hint.Scalar;
        exec["provideClusterInfo"] = map.Flag("provideClusterInfo") ?? false;
        if (mode is not null)
            exec["interactiveMode"] = mode.Scalar;
        map.Finish();
        return exec;
    }

    private static JsonArray? ReadArguments(DocumentMap map)
    {
        if (map.Get("args") is null)
            return null;
        return new JsonArray([.. map.Texts("args", MaxArguments).Select(a => JsonValue.Create(a.Scalar))]);
    }

    private static JsonArray? ReadEnvironment(DocumentMap map, DocumentProblems problems)
    {
        if (map.Get("env") is null)
            return null;
        var environment = new JsonArray();
        foreach (var variable in map.Maps("env", MaxArguments))
        {
            var name = variable.Text("name");
            if (name is null || name.Scalar.AsSpan().IndexOfAny('=', '\0') >= 0)
                problems.Error(variable.Node, "name is required and must be a variable's name");
            environment.Add((JsonNode)new JsonObject { ["name"] = name?.Scalar ?? "", ["value"] = variable.Text("value")?.Scalar ?? "" });
            variable.Finish();
        }

        return environment;
    }
}
