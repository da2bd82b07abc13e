namespace Unbounded.Agent.Core.Configuration.Documents;

/// <summary>A member of a map. A class on purpose: a list of structs makes the runtime compile its own copy of every generic method at start.</summary>
/// <param name="Key">Its name as written.</param>
/// <param name="Value">Its value.</param>
public sealed record DocumentMember(string Key, DocumentNode Value);
