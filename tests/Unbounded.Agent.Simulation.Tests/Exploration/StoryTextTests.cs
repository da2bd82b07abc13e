using Unbounded.Agent.Linux.Kernel;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Files;

namespace Unbounded.Agent.Simulation.Tests.Exploration;

public sealed class StoryTextTests
{
    private static readonly string[] Known = ["nspawn: swap"];

    [Theory]
    [InlineData("nspawn: swap")]
    [InlineData("nspawn: swap; kill 3")]
    [InlineData("nspawn: swap; cut 84 LKTZ; kill 3; cut 7")]
    [InlineData("nspawn: swap; fault 12 40 28; kill 1")]
    public void Parse_WhatWasFormatted_IsTheSameStory(string text)
    {
        var story = StoryText.Parse(text, Known, out var problem);

        Assert.Empty(problem);
        Assert.Equal(text, StoryText.Format(story!));
    }

    [Fact]
    public void Parse_EveryPart_IsWhatItSays()
    {
        var story = StoryText.Parse("nspawn: swap; fault 12 40 28; cut 84 LKTZ; cut 5; kill 3", Known, out _)!;

        Assert.Equal(new Fault(12, 40, Errno.ENOSPC), story.Fault);
        Assert.Equal([84, 5, 3], story.Cuts.Select(c => c.At));
        Assert.Equal([Outcome.Lost, Outcome.Kept, Outcome.Torn, Outcome.Zeroed], story.Cuts[0].Outcomes);
        Assert.Equal([false, false, true], story.Cuts.Select(c => c.IsKill));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nspawn: stroll; kill 3")]
    [InlineData("nspawn: swap; kill 0")]
    [InlineData("nspawn: swap; kill 3 L")]
    [InlineData("nspawn: swap; cut 3 X")]
    [InlineData("nspawn: swap; kill 99999999999")]
    [InlineData("nspawn: swap;")]
    public void Parse_NoStory_SaysWhy(string text)
    {
        Assert.Null(StoryText.Parse(text, Known, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Replay_OfEveryScenarioUncut_BreaksNoLaw()
    {
        foreach (var scenario in SelfTest.All())
        {
            Assert.Null(SelfTest.Replay(scenario.Name, TimeProvider.System).Failure);
        }
    }
}
