namespace Unbounded.Agent.Kubernetes;

internal static class Placeholder;
