using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Kubernetes.Leading;

/// <summary>A Lease on an API server.</summary>
/// <param name="client">The server.</param>
/// <param name="space">Namespace of the Lease.</param>
/// <param name="name">Its name.</param>
public sealed class LeaseStore(KubernetesClient client, string space, string name) : ILeaseStore
{
    // metav1.MicroTime
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private readonly ResourcePath _path = new("coordination.k8s.io/v1", "leases", space, name);

    /// <inheritdoc/>
    public async Task<Lease?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Of(await client.GetAsync(_path, cancellationToken));
        }
        catch (AgentException e) when (e.Code == KubernetesErrors.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<Lease> WriteAsync(Lease lease, CancellationToken cancellationToken) => Of(lease.Version is null
        ? await client.CreateAsync(_path.Collection, Json(lease), cancellationToken)
        : await client.ReplaceAsync(_path, Json(lease), cancellationToken));

    private byte[] Json(Lease lease)
    {
        var whole = lease.Whole.IsEmpty ? new JsonObject { ["apiVersion"] = _path.GroupVersion, ["kind"] = "Lease" } : JsonNode.Parse(lease.Whole.Span)!.AsObject();
        var meta = whole["metadata"] as JsonObject ?? [];
        whole["metadata"] = meta;
        (meta["name"], meta["namespace"]) = (name, space);
        if (lease.Version is not null)
            meta["resourceVersion"] = lease.Version;
        var spec = whole["spec"] as JsonObject ?? [];
        whole["spec"] = spec;
        spec["holderIdentity"] = lease.Holder;
        spec["leaseDurationSeconds"] = (int)lease.Duration.TotalSeconds;
        spec["acquireTime"] = lease.AcquiredAt.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
        spec["renewTime"] = lease.RenewedAt.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
        spec["leaseTransitions"] = lease.Transitions;
        return Encoding.UTF8.GetBytes(whole.ToJsonString());
    }

    private static Lease Of(ApiObject item)
    {
        try
        {
            var spec = JsonNode.Parse(item.Json.Span)!["spec"] as JsonObject;
            return new(
                (string?)spec?["holderIdentity"],
                TimeSpan.FromSeconds(Math.Max(0, (int?)spec?["leaseDurationSeconds"] ?? 0)),
                Time((string?)spec?["acquireTime"]),
                Time((string?)spec?["renewTime"]),
                (int?)spec?["leaseTransitions"] ?? 0,
                item.Meta.ResourceVersion)
            {
                Whole = item.Json,
            };
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or FormatException or InvalidOperationException)
        {
            throw ApiErrors.Unreadable("something that is no Lease", e);
        }
    }

    // Nothing is decided by it: what can't be read is long ago.
    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : DateTimeOffset.MinValue;
}
