using System.Text.Json;
using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Following;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Following;

public sealed class TransitionOutcomeTests
{
    private readonly RecordedTerminal _terminal = new();

    [Fact]
    public void Print_ASuccess_SaysWhatRunsAndForHowLongTheNodeWasDown()
    {
        Assert.Equal(0, TransitionOutcome.Print(Records.Ended(TransitionResult.Succeeded), _terminal.Context()));

        Assert.Equal("kube2 runs Kubernetes 1.31.0, the node was down for 5.7 s\n", _terminal.Out);
    }

    [Fact]
    public void Print_AFirstInstall_HasNoDowntime()
    {
        TransitionOutcome.Print(Records.Installed.LastTransition!, _terminal.Context());

        Assert.Equal("kube1 runs Kubernetes 1.30.1\n", _terminal.Out);
    }

    [Fact]
    public void Print_AsJson_IsTheTransition()
    {
        TransitionOutcome.Print(Records.Ended(TransitionResult.Succeeded), _terminal.Context(OutputFormat.Json));

        using var json = JsonDocument.Parse(_terminal.Out);
        Assert.Equal("swap", json.RootElement.GetProperty("kind").GetString());
        Assert.Equal("succeeded", json.RootElement.GetProperty("result").GetString());
        Assert.Equal(5690, json.RootElement.GetProperty("downtimeMilliseconds").GetInt64());
    }

    [Theory]
    [InlineData(TransitionResult.RolledBack, "Kubernetes 1.31.0 in kube2 was rolled back: kube1 runs again")]
    [InlineData(TransitionResult.Failed, "Kubernetes 1.31.0 in kube2 was given up before the node was touched")]
    public void Print_AFailure_IsAnErrorWithItsCause(TransitionResult result, string expected)
    {
        var ended = Records.Ended(result) with { Error = Records.Error };

        var error = Assert.Throws<AgentException>(() => TransitionOutcome.Print(ended, _terminal.Context()));

        Assert.Equal(FrontDoorErrors.TransitionEnded, error.Code);
        Assert.Equal(7, ExitCode.Of(error.Code.Kind));
        Assert.Equal(expected, error.What);
        Assert.Equal("UBA-1023: the gate did not pass: the kubelet crashed", error.Why);
        Assert.Equal("see its log", error.Next);
    }

    [Fact]
    public void Refused_ARequest_KeepsItsOwnCode()
    {
        var error = TransitionOutcome.Refused(new ErrorRecord("UBA-1013", "nothing to go back to", "no side was kept", "set the version"));

        Assert.Equal("UBA-1013", error.Code.Id);
        Assert.Equal(4, ExitCode.Of(error.Code.Kind));
    }
}
