using Unbounded.Agent.Linux.Tests.DBus.Contract;

namespace Unbounded.Agent.Integration.DBus;

/// <summary>The contract's units, for a real systemd.</summary>
internal static class UnitFiles
{
    /// <summary>Takes every unit of the contract away again.</summary>
    public const string Clean =
        """
        systemctl stop 'contract-*'
        rm -rf /etc/systemd/system/contract-* /etc/systemd/system/*.wants/contract-* /run/contract
        systemctl daemon-reload
        systemctl reset-failed
        """;

    public static string Release(string unit) => $"mkdir -p /run/contract && touch /run/contract/{unit}";

    public static string Of(UnitScript script) =>
        $"""
         [Unit]
         Description=contract: {script}
         [Service]
         {Service(script)}
         [Install]
         WantedBy=multi-user.target

         """;

    private static string Service(UnitScript script) => script switch
    {
        UnitScript.Fails => "Type=oneshot\nExecStart=/bin/false",
        UnitScript.EndsWell => "Type=oneshot\nExecStart=/bin/true",
        UnitScript.WaitsForRelease =>
            "Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'until test -e /run/contract/%n; do sleep 0.05; done'",
        _ => "Type=exec\nExecStart=/bin/sleep infinity",
    };
}
