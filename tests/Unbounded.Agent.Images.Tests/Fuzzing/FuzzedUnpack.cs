using System.Diagnostics;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Linux.Kernel;

namespace Unbounded.Agent.Images.Tests.Fuzzing;

/// <summary>What an archive of a fuzz test may lead to.</summary>
internal static class FuzzedUnpack
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Unpacks one: it may only be refused with a code of archives or of compression, in a message that a terminal can show, and soon.</summary>
    /// <returns>The code, or that it was unpacked.</returns>
    public static string Try(string name, Action unpack)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            unpack();
            return "unpacked";
        }
        catch (AgentException e)
        {
            Assert.True(IsExpected(e.Code), $"{name}: {e}");
            Assert.DoesNotContain(e.Message, char.IsControl);
            return e.Code.Id;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{name}: {e}", e);
        }
        finally
        {
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Longest);
        }
    }

    /// <summary>Empties a directory, by bytes: the names are any.</summary>
    public static void Empty(string root)
    {
        using var directory = KernelFile.Open(root, OpenFlags.ReadOnly | OpenFlags.Directory);
        foreach (var entry in DirectoryReader.Read(directory, root))
            FileTree.Delete(directory, entry.Name, root);
    }

    private static bool IsExpected(ErrorCode code) =>
        code.Id.StartsWith("UBA-3", StringComparison.Ordinal) || code == LinuxErrors.CorruptData || code == LinuxErrors.NeedsTooMuchMemory;
}
