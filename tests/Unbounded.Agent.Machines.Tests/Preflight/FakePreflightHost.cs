using NSubstitute;
using Unbounded.Agent.Linux.DBus.Machined;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Machines.Preflight;
using Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Preflight;

/// <summary>A host to look at: files in a directory, everything else in memory.</summary>
internal sealed class FakePreflightHost : IDisposable
{
    public TemporaryRoot Root { get; } = new();

    public SimulatedHost Simulated { get; } = SimulatedHost.Fresh();

    public ISystemd Systemd { get; } = Substitute.For<ISystemd>();

    public IMachined Machined { get; } = Substitute.For<IMachined>();

    public Dictionary<int, Listener> Listening { get; } = [];

    public HashSet<string> Libraries { get; } = new(StringComparer.Ordinal) { "libsystemd.so.0", "libzstd.so.1", "liblzma.so.5", "libssl.so.3" };

    public DateTimeOffset Now { get; set; } = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public PreflightHost Host => new(Simulated.Services, Systemd, Machined, new FakeListeners(Listening), new FakeLibraries(Libraries), new FixedTime(Now), Root.Path);

    public async Task<PreflightFinding> RunAsync(Func<PreflightHost, IPreflightCheck> check, PreflightInput? input = null) =>
        await check(Host).RunAsync(input ?? new PreflightInput { Config = Configs.Standalone() }, CancellationToken.None);

    public void Dispose() => Root.Dispose();

    private sealed class FakeListeners(Dictionary<int, Listener> listening) : IListeners
    {
        public Task<Listener?> FindAsync(int port, CancellationToken cancellationToken) => Task.FromResult(listening.GetValueOrDefault(port));
    }

    private sealed class FakeLibraries(HashSet<string> names) : ILibraries
    {
        public bool CanLoad(string name) => names.Contains(name);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
