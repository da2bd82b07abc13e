using Unbounded.Agent.Output;

namespace Unbounded.Agent.Progress;

/// <summary>Bytes, rate and remaining time as text: <c>120.0 MiB of 400.0 MiB, 85.0 MiB/s, 3.3 s left</c>.</summary>
internal static class TransferText
{
    public static string Of(long done, long? total, TransferRate rate)
    {
        var text = total is { } all ? $"{Human.Bytes(done)} of {Human.Bytes(all)}" : Human.Bytes(done);
        if (rate.BytesPerSecond is { } speed)
            text += $", {Human.Bytes((long)speed)}/s";
        return rate.Remaining(done, total) is { } left ? $"{text}, {Human.Duration(left)} left" : text;
    }
}
