namespace Unbounded.Agent.Images;

internal static class Placeholder;
