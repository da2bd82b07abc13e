using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Tests.Cli;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(ErrorKind.Internal, 1)]
    [InlineData(ErrorKind.Usage, 2)]
    [InlineData(ErrorKind.InvalidInput, 3)]
    [InlineData(ErrorKind.Precondition, 4)]
    [InlineData(ErrorKind.Busy, 5)]
    [InlineData(ErrorKind.Transient, 6)]
    [InlineData(ErrorKind.TransitionFailed, 7)]
    public void Of_EachKind_IsStable(ErrorKind kind, int expected) => Assert.Equal(expected, ExitCode.Of(kind));

    [Fact]
    public void Of_EveryKind_HasACodeOfItsOwn()
    {
        var codes = Enum.GetValues<ErrorKind>().Select(ExitCode.Of).ToList();

        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.DoesNotContain(ExitCode.Success, codes);
    }
}
