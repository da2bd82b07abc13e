using System.Text.Json;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

public sealed class ResourceJsonTests
{
    [Theory]
    [InlineData("2025-03-04T05:06:07+02:00", "2025-03-04T03:06:07Z")]
    [InlineData("2025-03-04T05:06:07.5Z", "2025-03-04T05:06:07.5Z")]
    [InlineData("2025-03-04T05:06:07.1234567Z", "2025-03-04T05:06:07.123Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    public void Time_IsWrittenInUtcWithoutAnythingNeedless(string time, string expected)
    {
        var status = new TransitionStatus { To = "kube1", StartedAt = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture) };
        var text = JsonSerializer.Serialize(new MachineStatus { LastTransition = status }, ResourceJson.Default.MachineStatus);
        Assert.Contains($"\"startedAt\":\"{expected}\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void StatusShape_IsWhatTheSerializerWrites()
    {
        foreach (var status in new[] { MachineStatusWriterTests.Full, new MachineStatus(), new MachineStatus { Slots = [], Conditions = [], LastTransition = new TransitionStatus { To = "kube1" } } })
        {
            var shape = StatusShape.WithoutNulls(StatusShape.Of(status));
            Assert.Equal(JsonSerializer.Serialize(status, ResourceJson.Default.MachineStatus), shape.ToJsonString());
        }
    }

    [Fact]
    public void Status_IsReadBackTheSame()
    {
        var text = JsonSerializer.Serialize(MachineStatusWriterTests.Full, ResourceJson.Default.MachineStatus);
        var back = JsonSerializer.Deserialize(text, ResourceJson.Default.MachineStatus)!;
        Assert.Equal(text, JsonSerializer.Serialize(back, ResourceJson.Default.MachineStatus));
        Assert.Equal(MachineStatusWriterTests.Full.LastTransition!.StartedAt, back.LastTransition!.StartedAt);
    }

    [Theory]
    [InlineData("{\"lastTransition\":{\"to\":\"a\",\"startedAt\":\"yesterday\"}}")]
    [InlineData("{\"phase\":\"Sleeping\"}")]
    [InlineData("{\"lastTransition\":{}}")]
    public void Status_Bad_IsRefused(string text) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(text, ResourceJson.Default.MachineStatus));

    [Fact]
    public void Spec_Durations_AreText()
    {
        var machine = new Machine { Metadata = new MachineMetadata("m"), Spec = new MachineSpec { Update = new UpdateSpec { Drain = new DrainSpec(PodGrace: TimeSpan.FromSeconds(90)) } } };
        var text = JsonSerializer.Serialize(machine, ResourceJson.Default.Machine);
        Assert.Contains("\"podGrace\":\"1m30s\"", text, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(90), JsonSerializer.Deserialize(text, ResourceJson.Default.Machine)!.Spec.Update!.Drain!.PodGrace);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(text.Replace("1m30s", "90", StringComparison.Ordinal), ResourceJson.Default.Machine));
    }

    [Fact]
    public void Law16_DownloadSpec_ToString_ShowsNoQuery() =>
        Assert.DoesNotContain("sig", new DownloadSpec(Url: "https://m.example/x?sig=secret").ToString(), StringComparison.Ordinal);
}
