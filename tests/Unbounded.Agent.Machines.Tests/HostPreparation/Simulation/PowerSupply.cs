namespace Unbounded.Agent.Machines.Tests.HostPreparation.Simulation;

/// <summary>Counts the effects on the simulated host and cuts the power at one of them, before it or after it.</summary>
public sealed class PowerSupply
{
    private int? _cutAt;

    /// <summary>Instants passed so far: two an effect.</summary>
    public int Instants { get; private set; }

    public List<string> Effects { get; } = [];

    /// <summary>Cuts the power once, after the effect that makes this true; null: never.</summary>
    public Predicate<List<string>>? After { get; set; }

    public void CutAt(int? instant)
    {
        _cutAt = instant;
        Instants = 0;
        Effects.Clear();
    }

    /// <summary>Performs an effect, unless the power goes.</summary>
    public void Effect(string what, Action effect)
    {
        Instant();
        effect();
        Effects.Add(what);
        Instant();
        if (After?.Invoke(Effects) == true)
        {
            After = null;
            throw new PowerCutException();
        }
    }

    private void Instant()
    {
        if (Instants++ == _cutAt)
            throw new PowerCutException();
    }
}
