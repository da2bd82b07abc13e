using System.Text;
using Unbounded.Agent.Core.Configuration;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

internal static class TestMachine
{
    /// <summary>Every field that is read, each with a value, and fields of other controllers.</summary>
    public const string Full = """
        # a comment
        apiVersion: unbounded-cloud.io/v1alpha3
        kind: Machine
        metadata:
          name: edge-7
          generation: 12
          uid: 0f6a
          resourceVersion: "4711"
          labels:
            unbounded-cloud.io/site: lab
        spec:
          ssh:
            host: 192.0.2.7
          kubernetes:
            version: v1.33.1
            nodeRef:
              name: edge-7
            nodeLabels:
              zone: b
              "example.com/rack": "7"
            registerWithTaints:
              - dedicated=edge:NoExecute
            bootstrapTokenRef: {name: bootstrap-token-abcdef}
          agent:
            image: oci-layout:///srv/images/node:v2
            version: v0.2.0
            baseURL: https://mirror.example/agent
            url: https://mirror.example/agent.tgz
            downloads:
              kubernetes: {baseURL: "https://mirror.example/k8s", url: "https://mirror.example/kubelet", version: 1.33.1}
              containerd: {url: "https://mirror.example/c.tgz"}
              runc: {url: "https://mirror.example/runc"}
              cni: {url: "https://mirror.example/cni.tgz"}
              crictl: {url: "https://mirror.example/crictl.tgz"}
          operations:
            rebootCounter: 2
            repaveCounter: 5
          update:
            strategy: OnDelete
            paused: true
            retryNonce: "3"
            maintenanceWindow: 22:00-05:30
            healthGate:
              bootTimeout: 2m
              timeout: 10m
              settle: 45s
              systemPods: 1m30s
              url: https://health.example/ready
            rollback:
              maxAttempts: 5
            drain:
              enabled: true
              timeout: 15m
              podGrace: 20s
        status:
          phase: Ready

        """;

    public const string Minimal = """
        apiVersion: unbounded-cloud.io/v1alpha3
        kind: Machine
        metadata:
          name: edge-7

        """;

    public static AgentConfig Config { get; } = new()
    {
        MachineName = "edge-7",
        Cluster = new ClusterConfig { Version = "1.32.0" },
        OCIImage = "dir:///srv/node",
        Kubelet = new KubeletConfig
        {
            Labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["zone"] = "a", ["host"] = "x" },
            RegisterWithTaints = ["dedicated=edge:NoSchedule", "gpu:NoSchedule"],
        },
    };

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static Machine Parsed(string text) => MachineFile.Parse(Bytes(text)).Machine;

    public static AgentException Refused(ErrorCode code, string text) => Refused(code, Bytes(text));

    public static AgentException Refused(ErrorCode code, byte[] bytes)
    {
        var error = Assert.Throws<AgentException>(() => MachineFile.Parse(bytes));
        Assert.Equal(code, error.Code);
        Assert.NotEmpty(error.Details);
        Assert.Contains("stays in force", error.Next, StringComparison.Ordinal);
        return error;
    }

    /// <summary>The minimal Machine with something more below it; lines begin at the left margin.</summary>
    public static string With(string more) => Minimal + more + "\n";
}
