using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Machines.Tests.HostPreparation.Packages;

/// <summary>Programs that answer as told, by a word among their arguments.</summary>
internal sealed class ScriptedProcesses : IProcessRunner
{
    private readonly Dictionary<string, Func<ProcessResult>> _answers = new(StringComparer.Ordinal);

    public List<ProcessRequest> Requests { get; } = [];

    public IEnumerable<string> Verbs => Requests.Select(r => r.Arguments.First(_answers.ContainsKey));

    public void On(string word, ProcessResult result) => _answers[word] = () => result;

    public void On(string word, Func<ProcessResult> answer) => _answers[word] = answer;

    public Task<ProcessResult> RunAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult(_answers[request.Arguments.First(_answers.ContainsKey)]());
    }
}
