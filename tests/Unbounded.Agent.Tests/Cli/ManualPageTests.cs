using System.Diagnostics;
using Unbounded.Agent.Tests.Support;

namespace Unbounded.Agent.Tests.Cli;

/// <summary>Alone: a process that is being started holds for a moment what other tests have open, and a file that is being written is left alone.</summary>
[Collection(Alone.Name)]
public sealed class ManualPageTests
{
    [Fact]
    public async Task Page_ForGroff_HasNothingToWarnOf()
    {
        using var groff = Process.Start(new ProcessStartInfo("groff", ["-mdoc", "-Tutf8", "-ww", "-z", ManualPage.Path]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        var warnings = await groff.StandardError.ReadToEndAsync();
        await groff.WaitForExitAsync();

        Assert.Equal((0, ""), (groff.ExitCode, warnings));
    }
}
