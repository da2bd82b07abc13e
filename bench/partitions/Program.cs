using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Bench.Partitions;
using Unbounded.Agent.Linux.Files;
using Unbounded.Agent.Partitions.Adaptive;
using Unbounded.Agent.Partitions.Layout;
using Unbounded.Agent.Partitions.Slots;
using Unbounded.Agent.Partitions.Sources;
using Unbounded.Agent.Partitions.Updates;

// Runs `update apply` once (or `image index`): gates, fetch, write, sync, read-back, record and boot environment; everything but the command line. The slots are loop devices, which
// have no partitions here: what the kernel would say of them is in files that the script has made.
if (args is ["index", var image])
{
    var made = await ImageIndexer.RunAsync(image, image + ImageIndexer.Suffix, ImageIndexer.BlockBytes, CancellationToken.None);
    Console.WriteLine($"{made.Header.Hex} {made.Image.Hex} {made.IndexBytes}");
    return 0;
}

if (args is not [var host, var server, .. { Length: <= 1 } key])
{
    Console.Error.WriteLine("usage: bench-partitions HOST SERVER [KEY] | index IMAGE");
    return 2;
}

using var http = new HttpClient();
var agent = UpdateAgent.Create(new()
{
    Store = new DurableStore(),
    RecordFile = $"{host}/data/record.json",
    StateFile = $"{host}/data/state.json",
    AppliedDirectory = $"{host}/data",
    MachineName = "bench",
    Settings = new() { Server = server, PublicKey = key.FirstOrDefault() },
    Source = new UpdateSource(http, TimeProvider.System),
    Reboot = new NoReboot(),
    Lock = new NoContest(),
    Checks = new NoContest(),
    Login = new NoContest(),
    Time = TimeProvider.System,
    Loggers = NullLoggerFactory.Instance,
    Paths = new PartitionPaths
    {
        Sys = $"{host}/sys",
        CommandLine = $"{host}/cmdline",
        MountInfo = $"{host}/mountinfo",
        OsRelease = $"{host}/os-release",
        Boot = $"{host}/boot",
        Notes = $"{host}/data/slots",
    },
});
Console.WriteLine((await agent.ApplyAsync(new(), CancellationToken.None)).Summary);
return 0;
