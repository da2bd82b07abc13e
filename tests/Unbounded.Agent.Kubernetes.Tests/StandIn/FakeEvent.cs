using System.Text.Json.Nodes;

namespace Unbounded.Agent.Kubernetes.Tests.StandIn;

/// <summary>A change of the fake's store.</summary>
internal sealed record FakeEvent(long Version, string Type, string Key, JsonObject Object);
