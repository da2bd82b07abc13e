using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Simulation.Worlds;

namespace Unbounded.Agent.Core.Tests.Transaction.Records;

public sealed class ErrorRecordTests
{
    [Fact]
    public void From_ACodedError_KeepsItsParts()
    {
        var error = ErrorRecord.From(new AgentException(new("UBA-3001", ErrorKind.InvalidInput), "what", "why", "next"));

        Assert.Equal(new("UBA-3001", "what", "why", "next"), error);
        Assert.Equal("UBA-3001: what: why", error.ToString());
    }

    [Fact]
    public void From_AnyOtherError_SaysThatItWasNotForeseen()
    {
        var error = ErrorRecord.From(new FormatException("bad"));

        Assert.Equal(CoreErrors.Unexpected.Id, error.Code);
        Assert.Contains("FormatException: bad", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void From_AnEndlessError_IsBounded() =>
        Assert.True(ErrorRecord.From(new FormatException(new string('x', 1_000_000))).Cause.Length < 3000);

    [Fact]
    public void Law16_ATokenInAnError_IsNotKept()
    {
        var coded = ErrorRecord.From(new AgentException(new("UBA-3001", ErrorKind.InvalidInput), "a " + Samples.Token, Samples.Token, "x " + Samples.Token));
        var plain = ErrorRecord.From(new FormatException("token " + Samples.Token));

        Assert.DoesNotContain(Samples.Token, coded.Message + coded.Cause + coded.NextStep + plain.Cause, StringComparison.Ordinal);
    }
}
