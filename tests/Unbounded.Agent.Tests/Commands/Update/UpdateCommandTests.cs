using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Commands.Update;
using Unbounded.Agent.Core.Transaction.Phases;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Updates;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Commands.Update;

public sealed class UpdateCommandTests
{
    private static readonly UpdateState State = new() { Phase = Phase.Activated, FromVersion = "1.0", ToVersion = "2.0", AttemptCount = 1, HealthCheckFailures = 2 };

    [Fact]
    public void Text_OfAnOffer_SaysWhatIsNewerAndWhatStandsAgainstIt()
    {
        var image = new IndexImage { Version = "2.0", Architecture = "amd64", Url = "x", Sha256 = "y", SizeBytes = 1 };

        Assert.Equal(
            "2.0 is available (channel stable); 1.0 runs\n  - too large\n  note: no API\n",
            Lines(UpdateText.Of(new UpdateOffer("1.0", image, IsNewer: true, ["too large"], ["no API"]))));
        Assert.StartsWith("nothing newer than 2.0", UpdateText.Of(new UpdateOffer("2.0", image, IsNewer: false, [], [])), StringComparison.Ordinal);
        Assert.StartsWith("nothing to install", UpdateText.Of(new UpdateOffer("2.0", null, IsNewer: false, [], [])), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OfAnEnd_ShowsEveryCheckAndTheReboot()
    {
        var text = Lines(UpdateText.Of(new UpdateEnd(State, "done", Reboots: true)
        {
            Checks = [new("a", CheckOutcome.Passed, "well", 1, 1), new("b", CheckOutcome.Never, "ill", 2, 1)],
        }));

        Assert.Equal("activated: done\n  ok     a: well\n  FAILED b: ill\nthe host reboots now\n", text);
    }

    [Fact]
    public void Text_OfAStatus_ShowsBothSlotsAndTheTrial()
    {
        var text = Lines(UpdateText.Of(new UpdateStatus(
            State with { LastError = "why" },
            "A",
            "B",
            "GRUB",
            3,
            BootSuccess: false,
            [new("A", "running", "/dev/vda2", 512 << 20, Bootable: true, "1.0", null), new("B", "partial", "/dev/vda3", 512 << 20, Bootable: false, null, null)])));

        Assert.Contains("phase:     activated, 1.0 -> 2.0\nerror:     why\n", text, StringComparison.Ordinal);
        Assert.Contains("next boot: slot B, on trial, 3 boots left\n", text, StringComparison.Ordinal);
        Assert.Contains("failed health checks: 2\n", text, StringComparison.Ordinal);
        Assert.Contains("slot B:    partial, not bootable, version unknown, /dev/vda3, 512 MiB\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update", "check")]
    [InlineData("update", "apply", "--force", "--retry", "--allow-downgrade", "--version", "2.0")]
    [InlineData("update", "healthcheck", "--no-reboot")]
    public async Task Run_WithSettingsThatAreNotValid_EndsAsInvalidInput(params string[] command)
    {
        var directory = Directory.CreateTempSubdirectory("unbounded-update-").FullName;
        try
        {
            var settings = Path.Combine(directory, "update.conf");
            await File.WriteAllTextAsync(settings, "nonsense = 1\n");
            var terminal = new RecordedTerminal();

            var code = await CommandLine.RunAsync([.. command, "--config", settings], terminal.Terminal);

            Assert.Equal(3, code);
            Assert.Contains("UBA-7301", terminal.Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("--maintenance-window is not valid", "update", "activate", "--maintenance-window", "noon")]
    [InlineData("--server is not valid", "update", "activate", "--server", "somewhere")]
    [InlineData("--healthcheck-url is not valid", "update", "healthcheck", "--healthcheck-url", "ftp://host/")]
    [InlineData("--auto-rollback-after is not valid", "update", "healthcheck", "--auto-rollback-after", "0")]
    public async Task Run_WithAFlagThatIsNotValid_EndsAsInvalidInput(string what, params string[] command)
    {
        var terminal = new RecordedTerminal();

        var code = await CommandLine.RunAsync([.. command, "--config", "/nonexistent/update.conf"], terminal.Terminal);

        Assert.Equal(3, code);
        Assert.Contains(what, terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnAHostWithoutSlots_NamesTheLabelThatIsMissing()
    {
        var terminal = new RecordedTerminal();

        var code = await CommandLine.RunAsync(["update", "status", "--json", "--config", "/nonexistent/update.conf", "--output", "json"], terminal.Terminal);

        var error = JsonDocument.Parse(terminal.Out).RootElement;
        Assert.Equal(4, code);
        Assert.Equal("UBA-7001", error.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Run_OfASubcommandThatIsNone_IsAUsageError() =>
        Assert.Equal(2, await CommandLine.RunAsync(["update", "forward"], new RecordedTerminal().Terminal));

    private static string Lines(string text) => text.Replace(Environment.NewLine, "\n", StringComparison.Ordinal);
}
