namespace Unbounded.Agent.Linux.DBus.Systemd;

/// <summary>A line of the list of loaded units.</summary>
/// <param name="Name">The unit.</param>
/// <param name="Description">What its file says it is.</param>
/// <param name="LoadState"><c>loaded</c>, <c>not-found</c>, <c>masked</c>.</param>
/// <param name="ActiveState">The state.</param>
/// <param name="SubState">The state in the words of the kind of unit.</param>
public sealed record UnitSummary(string Name, string Description, string LoadState, ActiveState ActiveState, string SubState);
