using Unbounded.Agent.Core.Verification;

namespace Unbounded.Agent.Core.Tests.Verification;

/// <summary>A check whose outcome is a function of the time since it was made.</summary>
internal sealed class ScriptedCheck(string name, TimeProvider time, Func<TimeSpan, CheckResult> script) : ICheck
{
    private readonly long _made = time.GetTimestamp();

    public string Name => name;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an evaluation takes.</summary>
    public TimeSpan Takes { get; init; }

    /// <summary>How long each evaluation takes, where they differ.</summary>
    public Func<TimeSpan>? TakesEach { get; init; }

    /// <summary>Whether it ends when it is asked to.</summary>
    public bool HeedsItsToken { get; init; } = true;

    public bool EndsDowntime { get; init; } = true;

    public int Asked { get; private set; }

    public async Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken)
    {
        Asked++;
        var takes = TakesEach?.Invoke() ?? Takes;
        if (takes > TimeSpan.Zero)
        {
            await Task.Delay(takes, time, HeedsItsToken ? cancellationToken : CancellationToken.None);
        }

        return script(time.GetElapsedTime(_made));
    }

    public static Func<TimeSpan, CheckResult> GreenFrom(double seconds) =>
        t => t.TotalSeconds >= seconds ? CheckResult.Passed("up") : CheckResult.NotYet("not up");
}
