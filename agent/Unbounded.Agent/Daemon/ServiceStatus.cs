using Unbounded.Agent.Linux.Notify;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Daemon;

/// <summary>Progress as the service manager's status line; bytes are left out, they change too often for it.</summary>
internal sealed class ServiceStatus(IServiceNotifier notifier) : IProgressSink
{
    private string? _said;

    public void Note(LiveProgress progress)
    {
        if (progress.Step is null)
            return;
        var status = progress.Part is null ? $"{progress.Step}: {progress.Description}" : $"{progress.Step}: {progress.Part}";
        if (status == _said)
            return;
        _said = status;
        notifier.Status(status);
    }
}
