using System.Text.Json.Serialization;

namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>What a server says of a call that it refused (meta/v1 Status).</summary>
internal sealed record ApiStatus(string? Kind, string? Reason, string? Message, int? Code, ApiStatusDetails? Details);

/// <summary>About which object, and why.</summary>
internal sealed record ApiStatusDetails(string? Name, string? Group, string? Kind, int? RetryAfterSeconds, IReadOnlyList<ApiStatusCause>? Causes);

/// <summary>One of several problems.</summary>
internal sealed record ApiStatusCause(string? Reason, string? Message, string? Field);

/// <summary>The part of an event of a watch that is read before the object itself.</summary>
internal sealed record ListHead(string? Kind, ListMetadata? Metadata);

/// <summary>A list's metadata.</summary>
internal sealed record ListMetadata(string? ResourceVersion, string? Continue);

/// <summary>An object's head.</summary>
internal sealed record ObjectHead(ObjectMeta? Metadata);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(ListHead))]
[JsonSerializable(typeof(ObjectHead))]
internal sealed partial class CallsJson : JsonSerializerContext;
