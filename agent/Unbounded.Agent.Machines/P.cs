namespace Unbounded.Agent.Machines;

internal static class Placeholder;
