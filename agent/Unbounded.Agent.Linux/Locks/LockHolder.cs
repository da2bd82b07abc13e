namespace Unbounded.Agent.Linux.Locks;

/// <summary>Who holds the lock, as it wrote itself into the file.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Command">What it runs: <c>daemon</c>, <c>install</c>.</param>
/// <param name="Since">When it took the lock, UTC.</param>
public sealed record LockHolder(int Pid, string Command, DateTimeOffset Since);
