using Unbounded.Agent.Kubernetes.Calls;

namespace Unbounded.Agent.Kubernetes.Watching;

/// <summary>Cuts a watch's stream into lines. No more than one line is ever held, and none longer than the limit.</summary>
/// <param name="stream">The stream.</param>
/// <param name="limit">Longest line, in bytes.</param>
/// <param name="path">What is watched, for errors.</param>
internal sealed class WatchLines(Stream stream, int limit, ResourcePath path)
{
    private const int FirstSize = 8 << 10;

    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null at the end of the stream. A last line without an end is a broken stream.</summary>
    /// <exception cref="Core.Errors.AgentException"><see cref="KubernetesErrors.AnswerTooLarge"/>.</exception>
    /// <exception cref="IOException">The stream broke.</exception>
    public async Task<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                // A copy: the caller keeps objects longer than the buffer lasts.
                var line = _buffer.AsSpan(_start, searched + at).ToArray();
                _start += searched + at + 1;
                if (line.AsSpan().IndexOfAnyExcept(" \t\r"u8) >= 0)
                    return line;
                searched = 0;
                continue;
            }

            searched = _end - _start;
            if (searched > limit)
                throw ApiErrors.TooLarge(path, limit);
            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
                return searched == 0 ? null : throw new IOException("the stream ended in the middle of an event");
            _end += read;
        }
    }

    // What one huge object took is given back with the next line.
    private void MakeRoom()
    {
        var length = _end - _start;
        var size = length < FirstSize / 2 ? FirstSize : length * 2;
        if (_start == 0 && _end < _buffer.Length)
            return;
        var into = size == _buffer.Length ? _buffer : new byte[size];
        _buffer.AsSpan(_start, length).CopyTo(into);
        (_buffer, _start, _end) = (into, 0, length);
    }
}
