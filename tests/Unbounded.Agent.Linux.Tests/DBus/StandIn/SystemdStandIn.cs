using Unbounded.Agent.Linux.DBus.Systemd;
using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.StandIn;

/// <summary>
/// Serves org.freedesktop.systemd1 on a test's bus, and can do on demand what the real one does once in a while: answer
/// after its signals, not at all, with errors, be re-executed in the middle.
/// </summary>
internal sealed class SystemdStandIn : IAsyncDisposable
{
    private readonly string _address;
    private readonly Lock _gate = new();
    private readonly List<string> _calls = [];
    private readonly HashSet<string> _subscribers = new(StringComparer.Ordinal);
    private readonly List<Announcement> _announced = [];
    private BusServer? _server;
    private TaskCompletionSource _nextCall = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SystemdStandIn(string address)
    {
        _address = address;
        Model.Announced = _announced.Add;
    }

    public ManagerModel Model { get; } = new();

    /// <summary>Whether a job that can end at once ends before the answer with its name is sent.</summary>
    public bool EndsJobsBeforeAnswering { get; set; }

    /// <summary>Methods that are carried out and never answered.</summary>
    public HashSet<string> Silent { get; } = new(StringComparer.Ordinal);

    /// <summary>Methods that fail, and how.</summary>
    public Dictionary<string, ServerException> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>Run on the bus thread when a method was carried out, instead of answering it.</summary>
    public Dictionary<string, Action> Instead { get; } = new(StringComparer.Ordinal);

    public static async Task<SystemdStandIn> StartAsync(string address)
    {
        var standIn = new SystemdStandIn(address);
        await standIn.ConnectAsync();
        return standIn;
    }

    /// <summary>Names of the methods called so far, those of the Properties interface aside.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>Changes the model and announces it.</summary>
    public Task DoAsync(Action<ManagerModel> change)
    {
        IReadOnlyList<OutgoingSignal> signals;
        lock (_gate)
        {
            change(Model);
            signals = TakeSignals();
        }

        return SendAsync(signals);
    }

    /// <summary>Sends a JobRemoved of the test's own making.</summary>
    public Task SendAsync(IReadOnlyList<OutgoingSignal> signals) => Task.WhenAll(
        signals.Select(s => _server!.EmitAsync(s.Path, s.Interface, s.Member, s.Body)));

    /// <summary>Leaves the bus. What is announced from now on nobody hears.</summary>
    public async Task DisconnectAsync()
    {
        if (_server is { } server)
            await server.DisposeAsync();
        _server = null;
    }

    /// <summary>Joins the bus under a new unique name, as after a re-execution.</summary>
    public async Task ConnectAsync()
    {
        lock (_gate)
        {
            _subscribers.Clear();
            _announced.Clear();
        }

        _server = await BusServer.StartAsync(_address, null, Handle);
        await _server.OwnAsync(SystemdNames.Service);
    }

    /// <summary>Is re-executed; <paramref name="meanwhile"/> happens while nobody listens.</summary>
    public async Task ReexecuteAsync(Action<ManagerModel>? meanwhile = null)
    {
        await DisconnectAsync();
        lock (_gate)
            meanwhile?.Invoke(Model);
        await ConnectAsync();
    }

    public ValueTask DisposeAsync() => new(DisconnectAsync());

    private Answer? Handle(ServerCall call)
    {
        lock (_gate)
        {
            if (call.Interface != SystemdNames.Properties)
                _calls.Add(call.Member);
            Wake();
            if (Errors.TryGetValue(call.Member, out var error))
                throw error;
            var answer = Carry(call);
            Wake();
            if (Instead.TryGetValue(call.Member, out var instead))
            {
                instead();
                return null;
            }

            return Silent.Contains(call.Member) ? null : answer;
        }
    }

    /// <summary>Waits until a method was called so many times.</summary>
    public Task WaitForCallsAsync(string method, int count, CancellationToken cancellationToken) =>
        WaitForAsync(() => _calls.Count(c => c == method) >= count, cancellationToken);

    /// <summary>Waits until somebody has subscribed since it joined the bus last.</summary>
    public Task WaitForSubscriberAsync(CancellationToken cancellationToken) =>
        WaitForAsync(() => _subscribers.Count > 0, cancellationToken);

    private async Task WaitForAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (condition())
                    return;
                next = _nextCall.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    private void Wake()
    {
        _nextCall.TrySetResult();
        _nextCall = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private Answer Carry(ServerCall call) => call.Interface switch
    {
        SystemdNames.Manager => Manager(call),
        SystemdNames.Properties => StandInProperties.Read(Model, call),
        _ => throw new ServerException("org.freedesktop.DBus.Error.UnknownInterface", call.Interface),
    };

    private Answer Manager(ServerCall call) => call.Member switch
    {
        "Subscribe" => _subscribers.Add(call.Sender)
            ? new Answer()
            : throw new ServerException("org.freedesktop.systemd1.AlreadySubscribed", "Client is already subscribed."),
        "StartUnit" => Job(call, "start"),
        "StopUnit" => Job(call, "stop"),
        "RestartUnit" => Job(call, "restart"),
        "ReloadOrRestartUnit" => Job(call, "restart"),
        "StartTransientUnit" => Transient(call),
        "ResetFailedUnit" => Changed(call, static (model, unit) => model.Forgive(unit)),
        "KillUnit" => Changed(call, static (model, unit) => model.Crash(unit)),
        "EnableUnitFiles" => Enable(call, "enabled"),
        "DisableUnitFiles" => Enable(call, "disabled"),
        "Reload" => new Answer(),
        "ListUnitsByPatterns" => StandInProperties.List(Model, call),
        _ => throw new ServerException("org.freedesktop.DBus.Error.UnknownMethod", call.Member),
    };

    private Answer Job(ServerCall call, string type)
    {
        var unit = call.Arguments.ReadString();
        return Answered(Model.Queue(unit, type, call.Arguments.ReadString()));
    }

    private Answer Transient(ServerCall call)
    {
        var unit = call.Arguments.ReadString();
        if (Model.Find(unit) is not null)
            throw new ServerException("org.freedesktop.systemd1.UnitExists", $"Unit {unit} was already loaded.");
        Model.Define(unit, UnitScript.Runs);
        return Answered(Model.Queue(unit, "start", "fail"));
    }

    private Answer Answered(JobModel job)
    {
        var begun = TakeSignals();
        Model.Advance(job);
        var ended = TakeSignals();
        var answer = new Answer(w => w.WriteObjectPath(job.Path));
        return EndsJobsBeforeAnswering
            ? answer with { Before = [.. begun, .. ended] }
            : answer with { Before = begun, After = ended };
    }

    private Answer Changed(ServerCall call, Action<ManagerModel, string> change)
    {
        change(Model, call.Arguments.ReadString());
        return new Answer { After = TakeSignals() };
    }

    private Answer Enable(ServerCall call, string state)
    {
        call.Arguments.EnterArray("s");
        while (call.Arguments.HasNext('s'))
            Model.Get(call.Arguments.ReadString()).FileState = state;
        return new Answer(w =>
        {
            if (state == "enabled")
                w.WriteBoolean(true);
            w.OpenArray("(sss)");
            w.Close();
        });
    }

    private List<OutgoingSignal> TakeSignals()
    {
        List<OutgoingSignal> signals = _subscribers.Count == 0 ? [] : [.. _announced.Select(StandInProperties.Signal)];
        _announced.Clear();
        return signals;
    }
}
