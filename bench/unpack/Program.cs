using Unbounded.Agent.Images.Unpacking;

namespace Unbounded.Agent.Bench.Unpack;

/// <summary>Unpacks one archive into one directory, as the store does: what <c>bench/unpack/run</c> times beside GNU tar.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args.Length != 2)
        {
            await Console.Error.WriteLineAsync("usage: bench-unpack ARCHIVE DIRECTORY");
            return 2;
        }

        await using var archive = File.OpenRead(args[0]);
        var result = await ArchiveUnpacker.UnpackAsync(archive, args[0], args[1], new UnpackOptions { Devices = DevicePolicy.All });
        await Console.Out.WriteLineAsync($"{result.Entries} entries, {result.Bytes} bytes");
        return 0;
    }
}
