using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Cli;

/// <summary>An error as <c>--output json</c> prints it (docs/schemas/error.schema.json).</summary>
/// <param name="Error">The error.</param>
/// <param name="ExitCode">The exit code of this run.</param>
internal sealed record ErrorReport(ErrorDocument Error, int ExitCode);

/// <summary>The error itself.</summary>
/// <param name="Code">Stable code with a page in docs/errors.</param>
/// <param name="Message">What failed.</param>
/// <param name="Cause">Why.</param>
/// <param name="NextStep">What to do.</param>
/// <param name="Details">Every single problem; null for an error that is one thing.</param>
internal sealed record ErrorDocument(string Code, string Message, string Cause, string NextStep, IReadOnlyList<ErrorDetail>? Details = null);
