namespace Unbounded.Agent.Kubernetes.Tests.StandIn;

/// <summary>A kind that the fake server has.</summary>
internal sealed record FakeKind(string GroupVersion, string Resource, string Kind, bool Namespaced, bool HasStatus)
{
    public static readonly FakeKind[] All =
    [
        new("v1", "configmaps", "ConfigMap", true, false),
        new("unbounded-cloud.io/v1alpha3", "machines", "Machine", false, true),
        new("coordination.k8s.io/v1", "leases", "Lease", true, false),
        new("certificates.k8s.io/v1", "certificatesigningrequests", "CertificateSigningRequest", false, true),
        new("v1", "events", "Event", true, false),
        new("v1", "nodes", "Node", false, true),
        new("v1", "pods", "Pod", true, true),
        new("v1", "secrets", "Secret", true, false),
    ];
}
