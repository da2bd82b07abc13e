namespace Unbounded.Agent.Architecture.House;

/// <summary>One arrow of the house: <paramref name="From"/> uses <paramref name="To"/>.</summary>
internal sealed record Reference(string From, string To)
{
    public override string ToString() => $"{From} -> {To}";
}
