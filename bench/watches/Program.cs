using System.Diagnostics;
using System.Globalization;
using System.Text;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Connecting;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Bench.Watches;

/// <summary>
/// Many agents in one process, each with a client and a watch of its own, as daemons have them: prints what that costs, one figure a line. What
/// <c>bench/watches/run</c> runs against a real API server.
/// </summary>
internal static class Program
{
    private static readonly ResourcePath Machines = new("unbounded-cloud.io/v1alpha3", "machines");

    private static async Task<int> Main(string[] args)
    {
        if (args.Length != 3)
        {
            await Console.Error.WriteLineAsync("usage: bench-watches KUBECONFIG AGENTS IDLE-SECONDS");
            return 2;
        }

        var time = TimeProvider.System;
        var count = int.Parse(args[1], CultureInfo.InvariantCulture);
        var idle = TimeSpan.FromSeconds(int.Parse(args[2], CultureInfo.InvariantCulture));
        using var admin = Client(args[0]);
        for (var i = 0; i < count; i++)
            await admin.ApplyAsync(Machines.Of(Name(i)), Body(i, "1.30.0"), "bench", force: true, CancellationToken.None);
        var before = Resident();

        using var end = new CancellationTokenSource();
        var began = time.GetTimestamp();
        var agents = Enumerable.Range(0, count).Select(i => new WatchingAgent(Client(args[0]), Machines, Name(i))).ToList();
        var running = agents.ConvertAll(a => a.RunAsync(end.Token));
        await Task.WhenAll(agents.Select(a => a.Listed));
        Print("listed-ms", time.GetElapsedTime(began).TotalMilliseconds);
        await Task.Delay(TimeSpan.FromSeconds(5), time);
        Print("mib-an-agent", (Resident() - before) / count);
        Print("resident-mib", Resident());

        Console.WriteLine("idle-begins");
        await Task.Delay(idle, time);
        Console.WriteLine("idle-ends");

        // Every Machine edited at once, and how long until its agent knows.
        var edited = time.GetTimestamp();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, stop) =>
        {
            agents[i].Edited = time.GetTimestamp();
            await admin.ApplyAsync(Machines.Of(Name(i)), Body(i, "1.31.0"), "bench", force: true, stop);
        });
        var told = await Task.WhenAll(agents.Select(a => a.Told));
        Print("edited-ms", time.GetElapsedTime(edited).TotalMilliseconds);
        var sorted = told.Select(t => t.TotalMilliseconds).Order().ToList();
        Print("told-median-ms", sorted[count / 2]);
        Print("told-last-ms", sorted[^1]);
        await end.CancelAsync();
        await Task.WhenAll(running);
        return 0;
    }

    private static KubernetesClient Client(string path) =>
        new(Kubeconfig.Read(path, new ChildProcess(TimeProvider.System), TimeProvider.System), new ClientOptions(), TimeProvider.System);

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"bench-{i}");

    private static byte[] Body(int i, string version) => Encoding.UTF8.GetBytes(
        $$$"""{"apiVersion":"unbounded-cloud.io/v1alpha3","kind":"Machine","metadata":{"name":"{{{Name(i)}}}"},"spec":{"kubernetes":{"version":"{{{version}}}"} } }""");

    private static double Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1048576.0;
    }

    private static void Print(string name, double value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.###}"));
}
