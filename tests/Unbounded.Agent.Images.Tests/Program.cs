using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Images.References;
using Unbounded.Agent.Images.Store;
using Unbounded.Agent.Images.Tests.Store;

namespace Unbounded.Agent.Images.Tests;

/// <summary>What the tests run as a process of its own, to kill it: <c>ensure ROOT REFERENCE</c>, <c>remove ROOT DIGEST</c>.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        // On one thread: strace counts the calls at which it kills by thread.
        if (!ThreadPool.SetMaxThreads(1, 1))
            throw new InvalidOperationException("needs DOTNET_PROCESSOR_COUNT=1");
        return Task.Run(() => RunAsync(args));
    }

    private static async Task<int> RunAsync(string[] args)
    {
        // Whether a source's time is old enough to be noted must not depend on how long this process took to come here: its calls are counted.
        var store = await ImageStore.OpenAsync(new ImageStoreOptions { Root = args[1] }, new LaterClock(), NullLogger<ImageStore>.Instance);
        if (string.Equals(args[0], "remove", StringComparison.Ordinal))
            return await store.RemoveAsync(ContentDigest.TryParse(args[2])!) ? 0 : 1;
        await store.EnsureAsync(ImageReference.Parse(args[2]));
        return 0;
    }
}
