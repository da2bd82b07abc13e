using System.Diagnostics;

namespace Unbounded.Agent.Machines.Tests.Support;

internal static class ProcessEnding
{
    /// <summary>Ends a process, and returns when it has.</summary>
    public static async Task CloseAsync(this Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }
}
