using Unbounded.Agent.Partitions.Boot;

namespace Unbounded.Agent.Partitions.Updates;

/// <summary>How this host is updated: <c>/etc/unbounded/update.conf</c>, and what a command line says instead. Immutable.</summary>
public sealed record UpdateSettings
{
    /// <summary>Where the configuration is.</summary>
    public const string DefaultFile = "/etc/unbounded/update.conf";

    /// <summary>
    /// Where the index is: <c>https://host/path/index.json</c>, <c>http://…</c> or <c>file:///…</c>; a location that ends in <c>/</c> has <c>index.json</c>
    /// in it. Null: none is configured.
    /// </summary>
    public string? Server { get; init; }

    /// <summary>Only images of this channel are installed. Default <c>stable</c>.</summary>
    public string Channel { get; init; } = "stable";

    /// <summary>
    /// File with the public key, PEM, whose signature the index must have. Null: none; then the index must be on this host, because nothing from outside is
    /// trusted before it is verified.
    /// </summary>
    public string? PublicKey { get; init; }

    /// <summary><c>HH:MM-HH:MM</c> in UTC, may cross midnight; null or empty: always.</summary>
    public string? MaintenanceWindow { get; init; }

    /// <summary>A URL that must answer 200 on a healthy system; null: not checked.</summary>
    public string? HealthcheckUrl { get; init; }

    /// <summary>After how many health checks that failed in a row the host goes back by itself. 1 to 100, default 3.</summary>
    public int AutoRollbackAfter { get; init; } = 3;

    /// <summary>The boot loader, where it can't be told by what is there. Null, the default: it is found.</summary>
    public BootKind? Boot { get; init; }

    /// <summary>Whether the daemon updates this host by itself. Default: no.</summary>
    public bool Automatic { get; init; }

    /// <summary>Name of this host's Node, for its labels; null: the host's name.</summary>
    public string? Node { get; init; }

    /// <summary>Where the daemon offers its metrics, see <see cref="ListenAddress"/>; null: nowhere.</summary>
    public string? Metrics { get; init; }

    /// <summary>What their names begin with. Default <c>unbounded</c>; <c>kubesolo</c> for old dashboards.</summary>
    public string MetricsPrefix { get; init; } = "unbounded";
}
