namespace Unbounded.Agent.SlotsServer;

/// <summary>A check of the backend's.</summary>
public sealed record CheckName(string Name, TimeSpan Timeout);
