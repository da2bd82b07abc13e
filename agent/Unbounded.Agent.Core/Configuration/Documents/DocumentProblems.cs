using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration.Documents;

/// <summary>Collects every problem of one document. Not thread-safe.</summary>
/// <param name="strict">Whether a doubtful value is an error (input from a person) or a warning (a file an agent once accepted).</param>
public sealed class DocumentProblems(bool strict = true)
{
    /// <summary>Problems beyond this many are only counted: a hostile file must not make an endless error.</summary>
    public const int Limit = 64;

    private readonly List<ErrorDetail> _errors = [];
    private readonly List<ErrorDetail> _warnings = [];
    private int _more;

    /// <summary>What makes the document unusable, in the order of the file; a last entry tells how many more there are.</summary>
    public IReadOnlyList<ErrorDetail> Errors => Completed(_errors, _more);

    /// <summary>What a person should know, but does not make the document unusable.</summary>
    public IReadOnlyList<ErrorDetail> Warnings => _warnings;

    /// <summary>Whether there is an error.</summary>
    public bool Any => _errors.Count > 0;

    /// <summary>The document can't be used as it is.</summary>
    /// <param name="node">Where.</param>
    /// <param name="message">What is wrong, free of secrets.</param>
    public void Error(DocumentNode node, string message)
    {
        if (_errors.Count < Limit)
            _errors.Add(Detail(node, message));
        else
            _more++;
    }

    /// <summary>
    /// A value that a person must correct, but that an agent may once have accepted. One with a control character never was: it could add a line to a unit
    /// file.
    /// </summary>
    public void Doubt(DocumentNode node, string message)
    {
        if (strict || node.Scalar.Any(char.IsControl))
            Error(node, message);
        else
            Warn(node, message);
    }

    /// <summary>Something that is ignored or surprising.</summary>
    public void Warn(DocumentNode node, string message)
    {
        if (_warnings.Count < Limit)
            _warnings.Add(Detail(node, message));
    }

    private static ErrorDetail Detail(DocumentNode node, string message) => new(node.Path, message, node.Line, node.Column);

    private static List<ErrorDetail> Completed(List<ErrorDetail> errors, int more) =>
        more == 0 ? errors : [.. errors, new ErrorDetail(DocumentPath.Root, $"and {more} more problems")];
}
