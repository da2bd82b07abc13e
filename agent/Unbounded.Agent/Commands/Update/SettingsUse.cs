namespace Unbounded.Agent.Commands.Update;

/// <summary>What a command of <c>update</c> does with the settings, and so which of them have a flag there.</summary>
internal enum SettingsUse
{
    /// <summary>It knows where things are, no more.</summary>
    Places,

    /// <summary>It asks a source, and looks at the gates.</summary>
    Source,

    /// <summary>It judges.</summary>
    Verdict,
}
