namespace Unbounded.Agent.Core.Errors;

/// <summary>One of several problems that make up an error, with the place it was found at. Free of secrets.</summary>
/// <param name="Path">Where in the document, as a JSON path: <c>$.Kubelet.Auth</c>.</param>
/// <param name="Message">What is wrong there, one sentence without a final period.</param>
/// <param name="Line">Line in the file, from 1; null when the format or the source has none.</param>
/// <param name="Column">Column in the line, in bytes for JSON and characters for YAML, from 1; null when there is none.</param>
public sealed record ErrorDetail(string Path, string Message, int? Line = null, int? Column = null)
{
    /// <inheritdoc/>
    public override string ToString() =>
        Line is null ? $"{Path}: {Message}" : $"{Path} (line {Line}, column {Column}): {Message}";
}
