using System.Text.Json.Serialization;

namespace Unbounded.Agent.Kubernetes.Connecting;

/// <summary>A credential plugin as a kubeconfig names it.</summary>
/// <param name="Command">Absolute path of the program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">What is added to its environment.</param>
/// <param name="ApiVersion">The version that it speaks.</param>
public sealed record ExecPlugin(string Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string ApiVersion);

/// <summary>What a plugin prints.</summary>
internal sealed record ExecCredentialAnswer(ExecCredentialStatus? Status);

/// <summary>The credentials themselves.</summary>
internal sealed record ExecCredentialStatus(string? Token, string? ClientCertificateData, string? ClientKeyData, DateTimeOffset? ExpirationTimestamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExecCredentialAnswer))]
internal sealed partial class ConnectingJson : JsonSerializerContext;
