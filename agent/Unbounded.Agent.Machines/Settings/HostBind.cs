namespace Unbounded.Agent.Machines.Settings;

/// <summary>A device node, directory or file of the host that a machine sees.</summary>
/// <param name="Source">Absolute path on the host.</param>
/// <param name="Target">Absolute path in the machine.</param>
/// <param name="ReadOnly">Whether the machine may not write to it.</param>
/// <param name="Optional">Left out when the source is missing at a start (law 14); else the machine does not start without it.</param>
/// <param name="IsDevice">A device node, which the service must be allowed to use.</param>
public sealed record HostBind(string Source, string Target, bool ReadOnly = false, bool Optional = true, bool IsDevice = false);
