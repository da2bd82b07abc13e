using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.Tests.Cgroups;
using Unbounded.Agent.Machines.Checks;
using Unbounded.Agent.Machines.Tests.Support;

namespace Unbounded.Agent.Machines.Tests.Checks;

/// <summary>Against a real listener, which this process is: it moves into the kubelet's cgroup where it stands for one.</summary>
public sealed class KubeletHealthCheckTests : IDisposable
{
    private readonly FakeNodes _nodes = new();
    private readonly TemporaryRoot _cgroups = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public KubeletHealthCheckTests()
    {
        _listener.Start();
        _nodes[Targets.One] = new FakeNode("/") { Payload = _cgroups.Path };
    }

    public void Dispose()
    {
        _http.Dispose();
        _listener.Dispose();
        _cgroups.Dispose();
    }

    [Fact]
    public async Task EvaluateAsync_KubeletOfTheMachineAnswers_Passes()
    {
        KubeletIs(Environment.ProcessId);

        var result = await EvaluateAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
        Assert.Equal($"HTTP 200 from pid {Environment.ProcessId} (kubelet of kube1)", result.Evidence);
    }

    [Fact]
    public async Task EvaluateAsync_KubeletIsNotWell_IsNotYet()
    {
        KubeletIs(Environment.ProcessId);

        var result = await EvaluateAsync("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains("HTTP 500", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_PortOfAnotherProcess_IsNotYet()
    {
        using var cgroup = new TestCgroup();
        KubeletIs(cgroup.Polite(cgroup.Child("kubelet")).Id);

        var result = await EvaluateAsync("");

        Assert.Equal(CheckOutcome.NotYet, result.Outcome);
        Assert.Contains("is not the kubelet's of kube1", result.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvaluateAsync_NoKubelet_IsNotYet() =>
        Assert.Equal("no kubelet runs in kube1", (await EvaluateAsync("")).Evidence);

    [Fact]
    public async Task EvaluateAsync_NoMachine_IsNotYet()
    {
        _nodes[Targets.One] = null;

        Assert.Equal("machine kube1 does not run", (await EvaluateAsync("")).Evidence);
    }

    [Fact]
    public async Task EvaluateAsync_ConnectionIsCut_IsNotYet()
    {
        KubeletIs(Environment.ProcessId);

        Assert.Equal(CheckOutcome.NotYet, (await EvaluateAsync("")).Outcome);
    }

    [Fact]
    public async Task Law16_EvaluateAsync_BodyWithoutEnd_IsNotRead()
    {
        KubeletIs(Environment.ProcessId);

        var result = await EvaluateAsync("HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\nbegin", keepOpen: true);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
    }

    [Fact]
    public async Task EvaluateAsync_TurnedOff_Passes()
    {
        var result = await new KubeletHealthCheck(Targets.One, _nodes, _http, endpoint: null).EvaluateAsync(default);

        Assert.Equal(CheckOutcome.Passed, result.Outcome);
    }

    private void KubeletIs(int pid) => _cgroups.Write("/system.slice/kubelet.service/cgroup.procs", pid.ToString(CultureInfo.InvariantCulture) + "\n");

    private async Task<CheckResult> EvaluateAsync(string answer, bool keepOpen = false)
    {
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(answer, keepOpen, stop.Token);
        var endpoint = new KubeletHealthEndpoint(new Uri($"http://{_listener.LocalEndpoint}/healthz"));
        var result = await new KubeletHealthCheck(Targets.One, _nodes, _http, endpoint).EvaluateAsync(default);
        await stop.CancelAsync();
        await serving;
        return result;
    }

    private async Task ServeAsync(string answer, bool keepOpen, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptSocketAsync(cancellationToken);
                await connection.ReceiveAsync(new byte[4096], cancellationToken);
                await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer), cancellationToken);
                if (keepOpen)
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The check is done.
        }
    }
}
