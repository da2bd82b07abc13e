using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Boot;
using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Updates;

namespace Unbounded.Agent.Partitions.Tests.Updates;

public sealed class UpdateSettingsFileTests
{
    [Fact]
    public void Parse_OfEveryKey_TakesItOver() => Assert.Equal(
        new UpdateSettings
        {
            Server = "https://updates.example/os/",
            Channel = "beta",
            PublicKey = "/etc/unbounded/update.pub",
            MaintenanceWindow = "22:00-04:00",
            HealthcheckUrl = "http://localhost:8080/ready",
            AutoRollbackAfter = 5,
            Boot = BootKind.RaspberryPi,
            Automatic = true,
            Node = "edge-7",
            Metrics = "9101",
            MetricsPrefix = "kubesolo",
        },
        Parse("""
            # comment
            server = https://updates.example/os/
            channel=beta
              pubkey   =   "/etc/unbounded/update.pub"

            maintenance_window = 22:00-04:00
            healthcheck_url = http://localhost:8080/ready
            auto_rollback_after = 5
            boot = rpi
            automatic = true
            node = edge-7
            metrics = 9101
            metrics_prefix = kubesolo
            """));

    [Theory]
    [InlineData("9101", "127.0.0.1:9101")]
    [InlineData("0.0.0.0:9101", "0.0.0.0:9101")]
    [InlineData("[::1]:9101", "[::1]:9101")]
    [InlineData("0", null)]
    [InlineData("65536", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("host:9101", null)]
    [InlineData("", null)]
    public void ListenAddress_OfAPort_IsOnLoopback(string text, string? expected) => Assert.Equal(expected, ListenAddress.TryParse(text)?.ToString());

    [Fact]
    public void Parse_OfWhatCloudInitWrites_IsTheConfiguration()
    {
        // docs/partitions.md shows this file to people: what they copy is what is read here.
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "partitions.md"));
        var begin = Array.FindIndex(lines, l => l.Trim() == "- path: /etc/unbounded/update.conf");
        var content = lines.Skip(begin + 1).SkipWhile(l => l.Trim() != "content: |").Skip(1).TakeWhile(l => l.StartsWith("      ", StringComparison.Ordinal)).Select(l => l[6..]);

        Assert.True(begin > 0);
        Assert.Equal(
            new UpdateSettings { Server = "oci://registry.example/edge/os", PublicKey = "/etc/unbounded/update.pub", MaintenanceWindow = "02:00-04:00" },
            Parse(string.Join('\n', content)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n\n")]
    [InlineData("server =\nchannel =\npubkey =\nmaintenance_window =\nhealthcheck_url =\n")]
    public void Parse_OfNothing_LeavesTheDefaults(string text) => Assert.Equal(new UpdateSettings(), Parse(text));

    [Theory]
    [InlineData("serverx = a", "serverx")]
    [InlineData("server", "key = value")]
    [InlineData("server = no url", "server")]
    [InlineData("pubkey = key.pem", "absolute")]
    [InlineData("maintenance_window = 25:00-26:00", "maintenance_window")]
    [InlineData("healthcheck_url = file:///x", "healthcheck_url")]
    [InlineData("auto_rollback_after = 0", "auto_rollback_after")]
    [InlineData("auto_rollback_after = 101", "auto_rollback_after")]
    [InlineData("auto_rollback_after = x", "auto_rollback_after")]
    [InlineData("boot = lilo", "boot is not")]
    [InlineData("automatic = maybe", "automatic is neither")]
    [InlineData("metrics = everywhere", "metrics is neither")]
    [InlineData("metrics_prefix = a-b", "metrics_prefix has")]
    [InlineData("metrics_prefix = 1a", "metrics_prefix has")]
    [InlineData("channel = a\nchannel = b", "second time")]
    public void Parse_OfAWrongLine_NamesIt(string text, string expected)
    {
        var error = Assert.Throws<AgentException>(() => Parse(text));

        Assert.Equal(PartitionsErrors.SettingsInvalid, error.Code);
        Assert.Contains(expected, error.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfSeveralWrongLines_NamesAllOfThem()
    {
        var error = Assert.Throws<AgentException>(() => Parse("a = b\nchannel = x\nauto_rollback_after = -1\n"));

        Assert.Equal(["line 1", "line 3"], error.Details.Select(d => d.Path));
    }

    [Fact]
    public async Task Load_OfAMissingFile_LeavesTheDefaults()
    {
        using var directory = new TempDirectory();

        Assert.Equal(new UpdateSettings(), await UpdateSettingsFile.LoadAsync(directory.File("none"), CancellationToken.None));
    }

    [Fact]
    public void Parse_OfGarbage_NeverThrowsAnythingElse()
    {
        var random = new Random(3);
        for (var i = 0; i < 1000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(200)).Select(_ => "server=channl#\n \t\"\0é_0-9:"[random.Next(24)])]);
            try
            {
                Parse(text);
            }
            catch (AgentException e)
            {
                Assert.Equal(PartitionsErrors.SettingsInvalid, e.Code);
            }
        }
    }

    private static UpdateSettings Parse(string text) => UpdateSettingsFile.Parse("update.conf", text);

    [Fact]
    public void With_AKeyOfACommandLine_BeatsTheFileAndLeavesTheRest()
    {
        var settings = UpdateSettingsFile.Parse("update.conf", "channel = beta\nmaintenance_window = 01:00-02:00\nauto_rollback_after = 5\n");

        Assert.Equal(settings with { AutoRollbackAfter = 2 }, UpdateSettingsFile.With(settings, "auto_rollback_after", "2", "--auto-rollback-after"));
        Assert.Equal(settings with { MaintenanceWindow = null }, UpdateSettingsFile.With(settings, "maintenance_window", "", "--maintenance-window"));
    }
}
