using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes;
using Unbounded.Agent.Kubernetes.Calls;
using Unbounded.Agent.Kubernetes.Identity;
using Unbounded.Agent.Kubernetes.Watching;

namespace Unbounded.Agent.Cluster.Identity;

/// <summary>
/// Asks a cluster for this machine's own client certificate: files one request for a key that is kept, and waits, told by a watch, until it is signed. Used with
/// the bootstrap token the first time, and with the certificate that ends soon from then on.
/// </summary>
/// <param name="client">The server, as whoever may ask.</param>
/// <param name="machine">Name of the Machine.</param>
/// <param name="identity">Where key and certificate are kept.</param>
/// <param name="waits">Told why there is no certificate yet, each time that the reason is another one.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class IdentityRequest(
    KubernetesClient client, string machine, IdentityStore identity, Action<AgentException> waits, TimeProvider time, ILogger<IdentityRequest> logger)
{
    // A person approves: nothing is gained by asking a server more often that does not answer.
    private static readonly ReflectorOptions Patient = new() { LongestRetry = TimeSpan.FromMinutes(5) };

    private static readonly TimeSpan FileAgain = TimeSpan.FromSeconds(5);

    private ErrorCode? _said;

    /// <summary>Waits until the certificate is there and kept.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var key = await identity.NextKeyAsync(cancellationToken);
        var name = key.RequestNameFor(machine);
        var reflector = new Reflector(client, SigningRequest.Path, Selection.Named(name), Patient, time, Random.Shared);
        await foreach (var reflection in reflector.FollowAsync(cancellationToken))
        {
            var item = reflection switch
            {
                Reflection.Listed { Objects: [var first, ..] } => first,
                Reflection.Changed changed => changed.Item,
                _ => null,
            };
            if (item is not null && await TakeAsync(item, key, cancellationToken))
                return;
            if (reflection is Reflection.Listed { Objects: [] } or Reflection.Deleted)
                // One that nobody approved in a day is swept away by kube-controller-manager.
                await FileAsync(name, key, cancellationToken);
            if (reflection is Reflection.Lost { Error: var error })
                Say(error);
        }
    }

    // Until it is there: the watch goes on from what was listed, and would not ask for it a second time.
    private async Task FileAsync(string name, MachineKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await client.CreateAsync(SigningRequest.Path, SigningRequest.File(name, key.RequestFor(machine)), cancellationToken);
                LogFiled(name, key.Fingerprint);
                return;
            }
            catch (AgentException e) when (e.Code == KubernetesErrors.AlreadyExists)
            {
                // The watch brings it.
                return;
            }
            catch (AgentException e)
            {
                Say(e);
            }

            await Task.Delay(FileAgain, time, cancellationToken);
        }
    }

    private async Task<bool> TakeAsync(ApiObject item, MachineKey key, CancellationToken cancellationToken)
    {
        try
        {
            var request = SigningRequest.Of(item);
            if (request.Refusal is { } refusal)
                throw Denied(request.Name, refusal);
            if (request.Certificate is not { } certificate)
                throw Waiting(request.Name, key.Fingerprint);
            await identity.TakeAsync(key, certificate, cancellationToken);
            LogTaken(request.Name);
            return true;
        }
        catch (AgentException e)
        {
            Say(e);
            return false;
        }
    }

    private void Say(AgentException error)
    {
        if (_said == error.Code)
            return;
        _said = error.Code;
        if (error.Code == KubernetesErrors.IdentityWaits)
            LogWaits(error.Why);
        else
            LogRefused(error);
        waits(error);
    }

    private AgentException Waiting(string name, string fingerprint) => new(
        KubernetesErrors.IdentityWaits,
        "this machine waits for its identity in the cluster",
        $"the request {name} with the key {fingerprint} was not approved yet",
        $"as an administrator of the cluster: unbounded-agent approve {machine} --key {fingerprint}");

    private static AgentException Denied(string name, string refusal) => new(
        KubernetesErrors.IdentityDenied,
        "this machine's request for an identity in the cluster was refused",
        $"{name}: {refusal}",
        $"kubectl delete csr {name}: another request is then filed for the same key");
}
