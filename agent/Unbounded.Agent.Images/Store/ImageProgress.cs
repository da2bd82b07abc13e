namespace Unbounded.Agent.Images.Store;

/// <summary>How far the storing of an image is. Reports come from several threads, at most a few hundred for an image.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="BytesDone">Bytes of the stored form (compressed, where it is) read so far.</param>
/// <param name="BytesTotal">Bytes there are to read; null when that is not known.</param>
public sealed record ImageProgress(ImageStage Stage, long BytesDone, long? BytesTotal);
