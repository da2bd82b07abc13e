namespace Unbounded.Agent.Machines.HostPreparation;

/// <summary>Passes what a change says on as progress of that change.</summary>
internal sealed class ProgressReport : IHostReport
{
    private readonly string _change;
    private readonly IProgress<HostStep> _progress;

    public ProgressReport(string change, IProgress<HostStep> progress)
    {
        _change = change;
        _progress = progress;
    }

    public void Info(string message) => Step(HostStepKind.Info, message);

    public void Warn(string message) => Step(HostStepKind.Warning, message);

    public void Step(HostStepKind kind, string message) => _progress.Report(new HostStep(_change, kind, message));
}
