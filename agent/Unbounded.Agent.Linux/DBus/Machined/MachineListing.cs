namespace Unbounded.Agent.Linux.DBus.Machined;

/// <summary>A line of machined's list.</summary>
/// <param name="Name">The machine's name; <c>.host</c> is the host itself.</param>
/// <param name="Class"><c>container</c>, <c>vm</c> or <c>host</c>.</param>
/// <param name="Service">Who registered it.</param>
public sealed record MachineListing(string Name, string Class, string Service);
