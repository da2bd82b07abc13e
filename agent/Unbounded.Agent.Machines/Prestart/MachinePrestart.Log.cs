using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Prestart;

internal sealed partial class MachinePrestart
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Machine {Slot} is what the host boots: its node software may start")]
    private partial void LogGranted(SlotName slot);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Machine {Slot} starts without {Source}, which is not on the host")]
    private partial void LogMissing(SlotName slot, string source);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed the stale registration of machine {Slot}, whose leader {Leader} is gone")]
    private partial void LogUnregistered(SlotName slot, int leader);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Before the machine's start, '{Part}' failed: {Message}")]
    private partial void LogFailed(string part, string message);
}
