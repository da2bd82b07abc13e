namespace Unbounded.Agent.Simulation.Hosts;

/// <summary>How a simulated image behaves. Its reference says it: <c>never-boots:v3</c>.</summary>
internal static class Nature
{
    public const string Good = "good";
    public const string NeverBoots = "never-boots";
    public const string ContainerdFails = "containerd-fails";
    public const string CrashLoopsLate = "crash-loops-late";
    public const string WrongVersion = "wrong-version";
    public const string NeverReady = "never-ready";

    public static IReadOnlyList<string> Bad { get; } = [NeverBoots, ContainerdFails, CrashLoopsLate, WrongVersion, NeverReady];

    public static string Of(string? image) => image?.Split(':')[0] ?? Good;
}
