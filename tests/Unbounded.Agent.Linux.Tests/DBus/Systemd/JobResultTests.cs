using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.DBus.Systemd;

namespace Unbounded.Agent.Linux.Tests.DBus.Systemd;

public sealed class JobResultTests
{
    [Theory]
    [InlineData(JobOutcome.Done)]
    [InlineData(JobOutcome.Skipped)]
    public void ThrowIfFailed_WhatWasAskedForIsSo_Itself(JobOutcome outcome)
    {
        var result = new JobResult("a.service", "start", outcome, "word");

        Assert.True(result.Succeeded);
        Assert.Same(result, result.ThrowIfFailed());
    }

    [Theory]
    [InlineData(JobOutcome.Unknown)]
    [InlineData(JobOutcome.Canceled)]
    [InlineData(JobOutcome.Timeout)]
    [InlineData(JobOutcome.Failed)]
    [InlineData(JobOutcome.Dependency)]
    [InlineData(JobOutcome.Refused)]
    [InlineData(JobOutcome.Collected)]
    [InlineData(JobOutcome.Once)]
    public void ThrowIfFailed_AnythingElse_SaysWhatUnitAndWord(JobOutcome outcome)
    {
        var error = Assert.Throws<AgentException>(() => new JobResult("a.service", "restart", outcome, "word").ThrowIfFailed());

        Assert.Equal(LinuxErrors.JobFailed, error.Code);
        Assert.Equal("systemd could not restart a.service", error.What);
        Assert.Contains("'word'", error.Why, StringComparison.Ordinal);
        Assert.Contains("journalctl -u a.service", error.Next, StringComparison.Ordinal);
    }
}
