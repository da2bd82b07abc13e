using Unbounded.Agent.Core.Slots;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Verification;
using Unbounded.Agent.Linux.Verification;

namespace Unbounded.Agent.Hosting;

/// <summary>Checks that every backend has beside its own. What is not configured is not checked.</summary>
/// <param name="http">For the operator's URL.</param>
/// <param name="store">Durable storage.</param>
/// <param name="dataFile">A file of the agent on the data partition.</param>
internal sealed class CommonChecks(HttpClient http, IDurableStore store, string dataFile) : ICheckSource
{
    public IReadOnlyList<ICheck> Checks(SlotName slot, Target target)
    {
        var checks = new List<ICheck> { new Core.Verification.DataWriteCheck(store, dataFile) };
        if (target.Policy.HealthGate.Url is { } url)
            checks.Add(new UrlCheck(http, new Uri(url)));
        return checks;
    }
}
