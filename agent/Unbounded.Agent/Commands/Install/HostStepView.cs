using Unbounded.Agent.Machines.HostPreparation;
using Unbounded.Agent.Progress;

namespace Unbounded.Agent.Commands.Install;

/// <summary>Steps of host preparation as lines. Synchronous: lines keep their order.</summary>
internal sealed class HostStepView(IProgressView view) : IProgress<HostStep>
{
    public void Report(HostStep value)
    {
        var line = value.Kind switch
        {
            HostStepKind.Started => $"  ... {value.Message}",
            HostStepKind.Done => $"  ok  {value.Message}",
            HostStepKind.Unchanged => $"  =   {value.Message}",
            HostStepKind.Warning => $"warning: {value.Message}",
            _ => $"      {value.Message}",
        };
        view.Line(line);
    }
}
