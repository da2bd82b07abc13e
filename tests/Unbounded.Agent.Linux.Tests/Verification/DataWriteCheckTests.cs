using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.Tests.Files;
using DataWriteCheck = Unbounded.Agent.Linux.Verification.DataWriteCheck;

namespace Unbounded.Agent.Linux.Tests.Verification;

public sealed class DataWriteCheckTests
{
    [Fact]
    public async Task EvaluateAsync_WritableDirectory_PassesAndLeavesNothing()
    {
        using var directory = new TempDirectory();

        var result = await CheckAsync(directory);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task EvaluateAsync_FullFileSystem_IsNotYetAndSaysSo()
    {
        using var directory = TempDirectory.OnTmpfs("size=64k");
        Fill(directory.File("ballast"));

        var result = await CheckAsync(directory);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains(LinuxErrors.NoSpace.Id, result.Evidence, StringComparison.Ordinal);
        Assert.Equal([directory.File("ballast")], Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task EvaluateAsync_SpaceComesBack_Passes()
    {
        using var directory = TempDirectory.OnTmpfs("size=64k");
        Fill(directory.File("ballast"));
        var check = new DataWriteCheck(directory.Path);
        await check.EvaluateAsync(default);

        File.Delete(directory.File("ballast"));

        Assert.Equal(CheckOutcome.Passed, (await check.EvaluateAsync(default)).Outcome);
    }

    [Fact]
    public async Task EvaluateAsync_ReadOnlyFileSystem_IsNotYetAndSaysSo()
    {
        using var directory = TempDirectory.OnTmpfs("size=64k");
        directory.Remount("ro");

        var result = await CheckAsync(directory);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains(LinuxErrors.ReadOnlyFileSystem.Id, result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_NoSuchDirectory_IsNotYet()
    {
        var result = await new DataWriteCheck("/there/is/no/such/directory").EvaluateAsync(default);

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains("UBA-", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_LeftoverOfACrash_IsOverwritten()
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory.File(".write-check"), "of a run that was killed");

        Assert.Equal(CheckOutcome.Passed, (await CheckAsync(directory)).Outcome);
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task EvaluateAsync_SomethingElseInItsPlace_IsNotYet()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(directory.File(".write-check"));

        Assert.Equal(CheckOutcome.NotYet, (await CheckAsync(directory)).Outcome);
    }

    private static Task<CheckResult> CheckAsync(TempDirectory directory) => new DataWriteCheck(directory.Path).EvaluateAsync(default);

    private static void Fill(string path)
    {
        try
        {
            using var file = File.Create(path, bufferSize: 0 + 1);
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // That is what was wanted.
        }
    }
}
