using System.Net;
using System.Net.Http.Headers;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Linux.Compression;

namespace Unbounded.Agent.Partitions.Sources;

/// <summary>
/// A file behind HTTP, read in order. A connection that breaks is opened again where it broke (Range and If-Range, RFC 9110), so that one file is never put
/// together of two versions: a server whose file has changed, or that knows no ranges, ends it. One that is silent for long counts as broken.
/// </summary>
/// <param name="http">The client.</param>
/// <param name="location">The file.</param>
/// <param name="time">The clock.</param>
/// <param name="silence">How long a server may send nothing.</param>
/// <param name="stop">Ends every wait.</param>
internal sealed class ResumingHttpStream(HttpClient http, Uri location, TimeProvider time, TimeSpan silence, CancellationToken stop) : ReadOnlyStream, IKnownLength
{
    /// <summary>How often in a row it is tried to go on without a single byte.</summary>
    public const int Tries = 5;

    private const int BufferBytes = 128 * 1024;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private HttpResponseMessage? _response;
    private Stream? _body;
    private string? _version;
    private long? _length;
    private long _at;

    /// <inheritdoc/>
    public long? LengthBytes => _length;

    /// <summary>Opens it, so that a server that has nothing is known before anything else is done.</summary>
    /// <exception cref="AgentException">It can't be fetched.</exception>
    public void Begin()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Open();
                return;
            }
            catch (Exception e) when (IsPassing(e))
            {
                Wait(tries, e);
            }
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                if (_body is null)
                    Open();
                stop.ThrowIfCancellationRequested();
                var read = ReadBody(Math.Min(buffer.Length, BufferBytes));
                _buffer.AsSpan(0, read).CopyTo(buffer);
                if (read == 0 && buffer.Length > 0 && _length is { } all && _at < all)
                    throw new IOException($"the connection ended after {_at} of {all} bytes");
                _at += read;
                return read;
            }
            catch (Exception e) when (IsPassing(e))
            {
                Disconnect();
                Wait(tries, e);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Disconnect();
        base.Dispose(disposing);
    }

    // A client's own limit of time comes as a cancellation that nobody asked for.
    private bool IsPassing(Exception e) => e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested);

    // Only an asynchronous read can be ended, by a stop or by silence.
    private int ReadBody(int length)
    {
        using var limit = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            return _body!.ReadAsync(_buffer.AsMemory(0, length), either.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"the server sent nothing for {silence.TotalSeconds:0} s", e);
        }
    }

    private void Open()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, location);
        if (_at > 0)
        {
            request.Headers.Range = new RangeHeaderValue(_at, null);
            if (_version is not null)
                request.Headers.TryAddWithoutValidation("If-Range", _version);
        }

        var response = http.Send(request, HttpCompletionOption.ResponseHeadersRead, stop);
        var goesOn = _at > 0 && response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == _at;
        if (!goesOn && (_at > 0 || response.StatusCode != HttpStatusCode.OK))
        {
            var status = response.StatusCode;
            response.Dispose();
            if (HttpErrors.IsAway(status))
                throw new HttpRequestException($"the server answers {(int)status} {status}");
            throw _at > 0 && status is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable
                ? HttpErrors.Refused(location, "the connection broke, and the file has changed meanwhile or the server can't go on in the middle")
                : HttpErrors.Answered(location, status);
        }

        (_response, _body) = (response, response.Content.ReadAsStream(stop));
        if (_at == 0)
        {
            _length = response.Content.Headers.ContentLength;
            // Only a strong validator promises the same bytes.
            _version = response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("R");
        }
    }

    private void Disconnect()
    {
        _body?.Dispose();
        _response?.Dispose();
        (_body, _response) = (null, null);
    }

    private void Wait(int tries, Exception reason)
    {
        if (tries >= Tries)
            throw HttpErrors.Failed(location, reason.Message, reason);
        Task.Delay(FirstDelay * Math.Pow(2, tries - 1), time, stop).GetAwaiter().GetResult();
    }
}
