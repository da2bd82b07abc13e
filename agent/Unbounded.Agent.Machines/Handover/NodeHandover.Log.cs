using Microsoft.Extensions.Logging;
using Unbounded.Agent.Core.Slots;

namespace Unbounded.Agent.Machines.Handover;

internal sealed partial class NodeHandover
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Killed} pod processes of machine {Slot} did not end within {Grace} and were killed")]
    private partial void LogPodsKilled(SlotName slot, int killed, TimeSpan grace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "containerd of machine {Slot} did not start ({Why}); trying with the image cache set aside")]
    private partial void LogCacheSetAside(SlotName slot, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The damaged image cache stays at {Path} until the next preparation: {Why}")]
    private partial void LogCacheStays(string path, string why);
}
