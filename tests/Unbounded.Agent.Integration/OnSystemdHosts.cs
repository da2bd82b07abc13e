using Unbounded.Agent.Integration.Agent;

namespace Unbounded.Agent.Integration;

/// <summary>Test classes of this collection run one after the other and share the hosts.</summary>
[CollectionDefinition(Name)]
public sealed class OnSystemdHosts : ICollectionFixture<SystemdHosts>, ICollectionFixture<SharedNodes>
{
    public const string Name = "systemd hosts";
}
