using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Core.Transaction.Planning;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.DBus.Login;
using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>A host with two slots, an index beside it, and a health that a test decides.</summary>
internal sealed class UpdateScene : IDisposable, ICheckSource, IHostReboot, ITransitionLock
{
    public const int ImageBytes = 4 << 20;

    private readonly HttpClient _http = new();
    private readonly List<string> _images = [];
    private bool _locked;

    public PartitionScene Host { get; } = new();

    public QuickTime Time { get; } = new();

    public UpdateSettings Settings { get; set; } = new();

    /// <summary>Whether the running system is healthy, asked again each time.</summary>
    public Func<bool> IsHealthy { get; set; } = () => true;

    /// <summary>The host's systemd, null where none is asked.</summary>
    public ISystemd? Systemd { get; set; }

    public int Reboots { get; private set; }

    /// <summary>Called when the host is told to reboot.</summary>
    public Action? Rebooting { get; set; }

    /// <summary>The cluster, where there is one.</summary>
    public INodeLabels? Node { get; set; }

    public IReadOnlyList<string> Blocked { get; set; } = [];

    /// <summary>Whether another process holds the lock, asked each time that it is taken.</summary>
    public Func<bool> LockedElsewhere { get; set; } = () => false;

    /// <summary>Called when the slot's first byte is about to be written.</summary>
    public Action? Writing { get; set; }

    /// <summary>A new process on this host.</summary>
    public UpdateAgent Agent => UpdateAgent.Create(new()
    {
        Store = new DurableStore(),
        RecordFile = Host.Path("data/record.json"),
        StateFile = StateFile,
        AppliedDirectory = Host.Path("data"),
        MachineName = "host",
        Settings = Settings with { Server = Settings.Server ?? $"file://{Host.Path("index.json")}" },
        Source = new UpdateSource(_http, Time),
        Reboot = this,
        Login = Substitute.For<ILogin>(),
        Lock = this,
        Checks = this,
        Time = Time,
        Node = Node,
        Loggers = NullLoggerFactory.Instance,
        Systemd = Systemd,
        Observer = new WriteWatch(() => Writing?.Invoke()),
        Paths = Host.Paths,
        Timing = new() { Timeout = TimeSpan.FromSeconds(3), Settle = TimeSpan.FromSeconds(1) },
    });

    public string StateFile => Host.Path("data/state.json");

    /// <summary>What other tools read.</summary>
    public JsonElement State => JsonDocument.Parse(File.ReadAllBytes(StateFile)).RootElement.Clone();

    public string Phase => State.GetProperty("phase").GetString()!;

    /// <summary>Publishes an image.</summary>
    public byte[] Publish(string version, Func<string, string>? edit = null, string format = "zstd", int bytes = ImageBytes)
    {
        var content = TestImages.Content(version.GetHashCode(StringComparison.Ordinal) & 0xff, bytes);
        var file = TestImages.Write(Host.Path($"os-{version}.img"), content, format);
        var entry = $$"""{"version":"{{version}}","architecture":"{{UpdateGates.Architecture}}","url":"os-{{version}}.img","sha256":"{{TestImages.Sha256(file)}}","size":{{bytes}}}""";
        _images.Add(edit?.Invoke(entry) ?? entry);
        WriteIndex();
        return content;
    }

    /// <summary>Blocks versions.</summary>
    public void Block(params IReadOnlyList<string> versions)
    {
        Blocked = versions;
        WriteIndex();
    }

    /// <summary>Changes what the index says of its images.</summary>
    public void Edit(Func<string, string> edit)
    {
        for (var i = 0; i < _images.Count; i++)
            _images[i] = edit(_images[i]);
        WriteIndex();
    }

    /// <summary>Takes a version out of the index, and its image from the server.</summary>
    public void Withdraw(string version)
    {
        _images.RemoveAll(i => i.Contains($"\"{version}\"", StringComparison.Ordinal));
        File.Delete(Host.Path($"os-{version}.img"));
        WriteIndex();
    }

    /// <summary>A fetch that is cut in the middle: by a stop request, or by a kill, which leaves the record as it was.</summary>
    public async Task CutAsync(Func<UpdateAgent, CancellationToken, Task> update, bool killed = false)
    {
        using var stop = new CancellationTokenSource();
        var record = Array.Empty<byte>();
        Writing = () =>
        {
            record = File.ReadAllBytes(Host.Path("data/record.json"));
            stop.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => update(Agent, stop.Token));
        Writing = null;
        Assert.NotEmpty(record);
        if (killed)
            await File.WriteAllBytesAsync(Host.Path("data/record.json"), record);
    }

    /// <summary>The system that a slot holds says that it is of this version.</summary>
    public void Boots(string version) => File.WriteAllText(Host.Paths.OsRelease, $"VERSION_ID=\"1.0.0\"\nIMAGE_VERSION={version}\n");

    /// <summary>The whole way to a slot on trial that has booted.</summary>
    public async Task<UpdateAgent> TryOutAsync(string version)
    {
        await Agent.ApplyAsync(new(), CancellationToken.None);
        await Agent.ActivateAsync(force: false, CancellationToken.None);
        Host.Boot();
        Boots(version);
        return Agent;
    }

    public IReadOnlyList<ICheck> Checks(SlotName slot, Core.Slots.Target target) => [new HealthCheck(() => IsHealthy())];

    public Task RebootAsync(CancellationToken cancellationToken)
    {
        Reboots++;
        Rebooting?.Invoke();
        return Task.CompletedTask;
    }

    public IDisposable Acquire(string purpose)
    {
        Assert.False(_locked, "the lock is held");
        if (LockedElsewhere())
            throw new AgentException(LinuxErrors.Locked, "another run of the agent is at work", "process 7 (unbounded-agent daemon) holds it", "wait");
        _locked = true;
        return new Held(() => _locked = false);
    }

    public void Dispose()
    {
        Assert.False(_locked, "the lock was left behind");
        Host.Dispose();
        _http.Dispose();
    }

    private void WriteIndex() => File.WriteAllText(
        Host.Path("index.json"),
        $$"""{"images":[{{string.Join(',', _images)}}],"blocked":[{{string.Join(',', Blocked.Select(b => $"\"{b}\""))}}]}""");

    private sealed class WriteWatch(Action writing) : ITransitionObserver
    {
        private bool _preparing;

        public void StepBegan(PlanStep step) => _preparing = step.Kind == StepKind.Prepare;

        public void PartBegan(string name)
        {
            if (_preparing)
                writing();
        }

        public void MayWait(TimeSpan longest)
        {
        }

        public void StillWaits()
        {
        }

        public void Bytes(long done, long? total)
        {
        }

        public void Warned(string message)
        {
        }

        public void StepEnded(StepTiming timing)
        {
        }

        public void StepFailed(PlanStep step, ErrorRecord error)
        {
        }
    }

    private sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }

    private sealed class HealthCheck(Func<bool> healthy) : ICheck
    {
        public string Name => "test-health";

        public TimeSpan Timeout => TimeSpan.FromSeconds(5);

        public Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken) =>
            Task.FromResult(healthy() ? CheckResult.Passed("well") : CheckResult.Never("ill"));
    }
}
