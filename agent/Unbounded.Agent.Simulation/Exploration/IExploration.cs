namespace Unbounded.Agent.Simulation.Exploration;

/// <summary>Stories of one scenario.</summary>
internal interface IExploration
{
    /// <summary>The scenario.</summary>
    string Name { get; }

    /// <summary>Makes a story happen and goes on until an agent rests.</summary>
    /// <returns>The law that was broken; null when none was.</returns>
    string? Try(Story story);

    /// <summary>Makes every story happen that goes on from this one by one more cut.</summary>
    /// <param name="story">The beginning.</param>
    /// <param name="every">Cuts after each so many-th effect only; 1 for all.</param>
    /// <param name="first">The first effect to cut after, from 1.</param>
    /// <param name="visit">Hears of each with the law that it broke; false ends the exploration.</param>
    void Extend(Story story, int every, int first, Func<Story, string?, bool> visit);

    /// <summary>Calls to the file system that the scenario makes uncut: each of them may fail.</summary>
    int Calls();

    /// <summary>Tells a story so that a person can follow it.</summary>
    string Tell(Story story);
}
