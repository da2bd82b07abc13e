namespace Unbounded.Agent.Linux;

internal static class Placeholder;
