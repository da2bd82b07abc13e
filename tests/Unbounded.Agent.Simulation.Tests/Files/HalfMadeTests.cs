using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Simulation.Exploration;
using Unbounded.Agent.Simulation.Files;
using Unbounded.Agent.Simulation.Hosts;

namespace Unbounded.Agent.Simulation.Tests.Files;

/// <summary>Two power cuts in a row, each after every effect and with every outcome for what was unsynced: what is asked for is all that is there in the end.</summary>
public sealed class HalfMadeTests
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Fact]
    public void WriteAsync_InNewDirectoriesThatAreSyncedAtTheEnd_LeavesNothingHalfMade() =>
        EndsWith(["/e", "/e/s", "/e/s/f"], files =>
        {
            var syncs = new DeferredSyncs(files);
            var bulk = new DurableFiles(syncs);
            bulk.CreateDirectory("/e/s", Mode);
            Wait(bulk.WriteAsync("/e/s/f", "content"u8.ToArray()));
            syncs.Flush();
        });

    // Another run may find the file there, and has nothing to write.
    [Fact]
    public void WriteIfChangedAsync_Repeated_LeavesNothingHalfMade() =>
        EndsWith(["/e", "/e/f"], files =>
        {
            var durable = new DurableFiles(files);
            durable.CreateDirectory("/e", Mode);
            Wait(durable.WriteIfChangedAsync("/e/f", "content"u8.ToArray(), Mode));
        });

    [Fact]
    public void SetLinkAsync_Repeated_LeavesNothingHalfMade() =>
        EndsWith(["/e", "/e/l"], files =>
        {
            var durable = new DurableFiles(files);
            durable.CreateDirectory("/e", Mode);
            Wait(durable.SetLinkAsync("/e/l", "target"));
        });

    // Another run wants nothing of what the first one wrote.
    [Fact]
    public void DeleteAsync_OfWhatWasToBeWritten_LeavesNothingHalfMade() =>
        EndsWith(
            ["/e"],
            files =>
            {
                var durable = new DurableFiles(files);
                durable.CreateDirectory("/e", Mode);
                Wait(durable.WriteAsync("/e/f", "content"u8.ToArray()));
                Wait(durable.SetLinkAsync("/e/l", "target"));
            },
            files =>
            {
                var durable = new DurableFiles(files);
                durable.CreateDirectory("/e", Mode);
                Wait(durable.DeleteAsync("/e/f"));
                Wait(durable.DeleteAsync("/e/l"));
            });

    private static void EndsWith(string[] expected, Action<SimFileSystem> work, Action<SimFileSystem>? again = null)
    {
        var states = 0;
        foreach (var once in Cut(new SimFileSystem(new Scissors()), work))
        {
            foreach (var twice in Cut(once, again ?? work).Append(once))
            {
                var files = Copy(twice, new Scissors());
                (again ?? work)(files);
                files.PowerCut([]);
                Assert.Equal(expected, files.Everything().Select(e => e.Path));
                states++;
            }
        }

        Assert.True(states > 100, $"only {states} states");
    }

    // Every disk that a cut of the work may leave.
    private static List<SimFileSystem> Cut(SimFileSystem disk, Action<SimFileSystem> work)
    {
        var scissors = new Scissors();
        var files = Copy(disk, scissors);
        List<SimFileSystem> left = [];
        scissors.OnEffect = (_, _) =>
        {
            foreach (var outcomes in Powers.Of(files.Unsynced(), bound: 40, seed: 1))
            {
                var after = Copy(files, new Scissors());
                after.PowerCut(outcomes);
                left.Add(after);
            }
        };
        work(files);
        return left;
    }

    private static SimFileSystem Copy(SimFileSystem files, Scissors scissors)
    {
        var copy = new SimFileSystem(scissors);
        copy.CopyFrom(files);
        return copy;
    }

    // The simulated file system answers at once.
    private static void Wait(Task task)
    {
        Assert.True(task.IsCompleted);
        task.GetAwaiter().GetResult();
    }
}
