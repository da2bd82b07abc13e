using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Tests.Network;

/// <summary>Runs a body on a thread of its own in a fresh network namespace, which is gone when the thread ends. Needs root.</summary>
internal static partial class NetworkNamespace
{
    private const int NewNetworkNamespace = 0x40000000;

    public static void Run(Action body)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Unshare(NewNetworkNamespace) != 0)
                    throw new Win32Exception(Marshal.GetLastPInvokeError(), "unshare(CLONE_NEWNET): these tests need root");
                Command("ip", "link", "set", "lo", "up");
                body();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Runs a program in the calling thread's namespace; its output. Packages iproute2, nftables, iptables.</summary>
    public static string Command(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error.Result}");
        return output;
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
