using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Unbounded.Agent.Cluster;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Transaction.Execution;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Status;

/// <summary>
/// Publishes the status as a file: <c>machine-status.yaml</c>. What is only progress is written behind the caller's back, the latest alone; what
/// matters is durable when the call returns. An unchanged status is not written again.
/// </summary>
internal sealed partial class StatusPublisher : IStatusPublisher, IAsyncDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly IDurableStore _store;
    private readonly string _path;
    private readonly Func<StatusOrigin> _origin;
    private readonly ILogger _logger;
    private readonly IStatusListener? _listener;
    private readonly Channel<(StatusSnapshot Status, long Order)> _reports = Channel.CreateBounded<(StatusSnapshot, long)>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly SemaphoreSlim _writing = new(1);
    private readonly Task _writer;
    private IReadOnlyList<Condition>? _conditions;
    private long _order;
    private long _written;

    public StatusPublisher(IDurableStore store, string path, Func<StatusOrigin> origin, ILogger<StatusPublisher> logger, IStatusListener? listener = null)
    {
        (_store, _path, _origin, _logger, _listener) = (store, path, origin, logger, listener);
        _writer = WriteReportsAsync();
    }

    public void Report(StatusSnapshot status) => _reports.Writer.TryWrite((status, Interlocked.Increment(ref _order)));

    public Task PublishAsync(StatusSnapshot status, CancellationToken cancellationToken) =>
        WriteAsync(status, Interlocked.Increment(ref _order), mayBeDropped: false, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _reports.Writer.TryComplete();
        await _writer;
        _writing.Dispose();
    }

    private async Task WriteReportsAsync()
    {
        await foreach (var (status, order) in _reports.Reader.ReadAllAsync())
        {
            try
            {
                await WriteAsync(status, order, mayBeDropped: true, CancellationToken.None);
            }
            catch (AgentException e)
            {
                LogNotWritten(e);
            }
        }
    }

    private async Task WriteAsync(StatusSnapshot status, long order, bool mayBeDropped, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // A report that was overtaken by what matters must not take its place. By the order of calls: a clock that was set back says nothing of it.
            if (mayBeDropped && order < _written)
                return;
            var origin = _origin();
            var document = StatusDocument.From(status, origin, _conditions);
            var yaml = MachineStatusWriter.ToYaml(origin.MachineName, document);
            try
            {
                await _store.WriteIfChangedAsync(_path, Encoding.UTF8.GetBytes(yaml), Readable, cancellationToken);
            }
            finally
            {
                (_conditions, _written) = (document.Conditions, order);
                // Told behind this: what is durable here is told when the server can be asked, be it by the next daemon. Told also when this host's disk takes
                // nothing: whoever could free it may be looking at the cluster alone.
                _listener?.Offer(status, document);
            }
        }
        finally
        {
            _writing.Release();
        }
    }
}
