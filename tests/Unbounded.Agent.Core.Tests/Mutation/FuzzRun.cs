using System.Globalization;
using System.Text;
using Unbounded.Agent.Core.Errors;
using Xunit.Abstractions;

namespace Unbounded.Agent.Core.Tests.Mutation;

/// <summary>
/// Hostile documents of one format: those that are kept by name, and generated ones by their seed. Each must be accepted, or refused with a code of that format, a
/// message that a terminal can show, and memory in proportion.
/// </summary>
/// <param name="output">Where the outcomes are shown.</param>
/// <param name="read">Reads a document, and fails when what it accepted is not clean.</param>
/// <param name="codes">The codes that a refusal may have.</param>
internal sealed class FuzzRun(ITestOutputHelper output, Action<byte[]> read, params IReadOnlyList<ErrorCode> codes)
{
    private const string Accepted = "accepted";

    // Beside what grows with the document: tables of the runtime that the first case of a kind fills.
    private const long BaseAllocation = 16 << 20;

    // Every value as a node with its path, read twice; measured at most 160.
    private const int AllocationPerByte = 600;

    private readonly Dictionary<string, int> _outcomes = new(StringComparer.Ordinal) { [Accepted] = 0 };
    private (double PerByte, string Case) _largest;

    /// <summary>Documents that once were, or could be, a fault, by name.</summary>
    public FuzzRun Kept(IEnumerable<(string Name, byte[] Document)> documents)
    {
        foreach (var (name, document) in documents)
            Try(name, document);
        return this;
    }

    /// <summary>Documents that are made from a seed.</summary>
    public FuzzRun Seeds(int count, Func<int, byte[]> make)
    {
        for (var seed = 0; seed < count; seed++)
            Try(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"), make(seed));
        return this;
    }

    /// <summary>Both ways were really taken, and every code, or the documents prove nothing.</summary>
    public void AssertVaried()
    {
        output.WriteLine(string.Join(", ", _outcomes.OrderByDescending(o => o.Value).Select(o => $"{o.Key} {o.Value}")));
        output.WriteLine($"most memory for its size: {_largest.Case}, {_largest.PerByte:0} bytes a byte");
        var all = _outcomes.Values.Sum();
        Assert.True(all >= 1000, $"{all} cases");
        Assert.InRange(_outcomes[Accepted], all / 100, all * 9 / 10);
        Assert.Equal(codes.Select(c => c.Id).Append(Accepted).Order(StringComparer.Ordinal), _outcomes.Keys.Order(StringComparer.Ordinal));
    }

    private void Try(string name, byte[] document)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = Outcome(name, document);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= BaseAllocation + (AllocationPerByte * (long)document.Length), $"{name}: {allocated} bytes for a document of {document.Length}");
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        var perByte = (double)allocated / (document.Length + (64 << 10));
        if (perByte > _largest.PerByte)
            _largest = (perByte, name);
    }

    private string Outcome(string name, byte[] document)
    {
        try
        {
            read(document);
            return Accepted;
        }
        catch (AgentException e)
        {
            Assert.True(codes.Contains(e.Code), $"{name}: {e.Code} is no code of this format: {e.Message}");
            Assert.False(e.Message.Any(char.IsControl), $"{name}: control characters in {Shown(e.Message)}");
            Assert.True(e.Message.Length <= 20_000, $"{name}: a message of {e.Message.Length} characters");
            Assert.True(e.Details.Count <= 65, $"{name}: {e.Details.Count} details");
            return e.Code.Id;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{name}: {e.GetType().Name}: {e.Message}\n{Shown(Encoding.UTF8.GetString(document))}\n{e}", e);
        }
    }

    private static string Shown(string text) => text.Length <= 2000 ? text : text[..2000] + "…";
}
