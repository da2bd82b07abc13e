namespace Unbounded.Agent.Core.Configuration.Documents;

/// <summary>What a node of a document is, the same for JSON and YAML.</summary>
public enum DocumentKind
{
    /// <summary>null, or nothing written after a key.</summary>
    Null,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A number, kept as it was written.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A sequence.</summary>
    List,

    /// <summary>A mapping with text keys.</summary>
    Map,
}
