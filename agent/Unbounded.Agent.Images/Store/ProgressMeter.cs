namespace Unbounded.Agent.Images.Store;

/// <summary>Thins out progress: one report a mebibyte, or a two-hundredth of the whole where that is more.</summary>
internal sealed class ProgressMeter(IProgress<ImageProgress> progress, long? total)
{
    private readonly long _step = Math.Max(1 << 20, (total ?? 0) / 200);
    private long _next;

    internal void Advance(long done)
    {
        if (done < _next && done != total)
            return;
        _next = done + _step;
        progress.Report(new ImageProgress(ImageStage.Unpacking, done, total));
    }
}
