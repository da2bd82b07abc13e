using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Tests.Support;

namespace Unbounded.Agent.Partitions.Tests.Updates;

/// <summary>The last verdict where it can't be carried out. Whoever asks for it (the deadline's unit) reboots the host when it fails, and only then.</summary>
public sealed class StrandedVerdictTests : IDisposable
{
    private readonly UpdateScene _scene = new();

    public StrandedVerdictTests() => _scene.Publish("2.0.0");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Law11_WithoutItsRecord_ASlotOnTrialIsLeftByAReboot()
    {
        await _scene.TryOutAsync("2.0.0");
        File.Delete(_scene.Host.Path("data/record.json"));

        await StrandedAsync();

        _scene.Host.Boot();
        Assert.Equal(PartitionScene.A, _scene.Host.Running);
    }

    [Fact]
    public async Task Law11_WhereNobodyCanBeAskedToReboot_ASlotOnTrialIsLeftByAReboot()
    {
        await _scene.TryOutAsync("2.0.0");
        _scene.IsHealthy = () => false;
        _scene.Rebooting = () => throw new AgentException(PartitionsErrors.RebootFailed, "The host could not be asked to reboot", "there is no bus", "reboot it");

        await StrandedAsync();

        _scene.Host.Boot();
        Assert.Equal(PartitionScene.A, _scene.Host.Running);
    }

    [Fact]
    public async Task LastHealthcheck_OfATrialWhoseBootEnvironmentIsGone_Fails()
    {
        await _scene.TryOutAsync("2.0.0");
        HideBoot();

        var error = await StrandedAsync();

        Assert.Contains("UBA-7", error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LastHealthcheck_OfACommittedSystemWhoseBootEnvironmentIsGone_RebootsNobody()
    {
        await (await _scene.TryOutAsync("2.0.0")).HealthcheckAsync(CancellationToken.None);
        Assert.Equal("success", _scene.Phase);
        HideBoot();

        var end = await _scene.Agent.LastHealthcheckAsync(CancellationToken.None);

        Assert.Equal((true, false), (end.Succeeded, end.Reboots));
        Assert.StartsWith("nothing is on trial; ", end.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LastHealthcheck_BeforeTheRebootIntoATrial_RebootsNobody()
    {
        await _scene.Agent.ApplyAsync(new(), CancellationToken.None);
        await _scene.Agent.ActivateAsync(force: false, CancellationToken.None);

        var end = await _scene.Agent.LastHealthcheckAsync(CancellationToken.None);

        Assert.Equal((true, false), (end.Succeeded, end.Reboots));
        Assert.Equal("B", (await _scene.Agent.StatusAsync(CancellationToken.None)).NextSlot);
    }

    // Never the kind that says that the reboot was asked for (exit code 7).
    private async Task<AgentException> StrandedAsync()
    {
        var error = await Assert.ThrowsAsync<AgentException>(() => _scene.Agent.LastHealthcheckAsync(CancellationToken.None));
        Assert.Equal((PartitionsErrors.Stranded, ErrorKind.Precondition), (error.Code, error.Code.Kind));
        return error;
    }

    private void HideBoot() => Directory.Move(_scene.Host.Path("boot"), _scene.Host.Path("no-boot"));
}
