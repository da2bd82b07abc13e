using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Partitions.Layout;

namespace Unbounded.Agent.Partitions.Slots;

/// <summary>The system that runs is of the version that was meant. One whose <c>os-release</c> has no <c>IMAGE_VERSION</c> does not say.</summary>
internal sealed class SystemVersionCheck(string wanted, OsRelease release) : ICheck
{
    public string Name => "system-version";

    public TimeSpan Timeout => TimeSpan.FromSeconds(5);

    public Task<CheckResult> EvaluateAsync(CancellationToken cancellationToken) => Task.FromResult(release.ImageVersion switch
    {
        null => CheckResult.Passed("the image does not say its version (IMAGE_VERSION)"),
        var version when version == wanted => CheckResult.Passed($"version {version}"),
        var version => CheckResult.Never($"version {version}, not {wanted}"),
    });
}
