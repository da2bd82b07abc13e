using System.Net;
using System.Net.Http.Headers;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Partitions.Sources;

namespace Unbounded.Agent.Partitions.Adaptive.Fetching;

/// <summary>
/// Parts of a file behind HTTP (RFC 9110, section 14). A connection that breaks or falls silent is opened again for what is missing. Whether the file is
/// still the same one is not asked: every block is verified against an index that does not come from there.
/// </summary>
/// <param name="http">The client.</param>
/// <param name="location">The file.</param>
/// <param name="time">The clock.</param>
/// <param name="silence">How long a server may send nothing.</param>
internal sealed class HttpRanges(HttpClient http, Uri location, TimeProvider time, TimeSpan silence) : IRangeSource
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    private long _fetched;

    public long FetchedBytes => Interlocked.Read(ref _fetched);

    public async Task ReadAsync(long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        var (done, tries) = (0, 0);
        while (true)
        {
            var before = done;
            Exception? reason = null;
            try
            {
                await foreach (var read in PieceAsync(offset + done, into[done..], cancellationToken))
                    done += read;
            }
            catch (Exception e) when (IsPassing(e, cancellationToken))
            {
                reason = e;
            }

            if (done == into.Length)
                return;
            tries = done > before ? 1 : tries + 1;
            if (tries >= ResumingHttpStream.Tries)
                throw HttpErrors.Failed(location, reason?.Message ?? $"the connection ended after {done} of {into.Length} bytes", reason);
            await Task.Delay(FirstDelay * Math.Pow(2, tries - 1), time, cancellationToken);
        }
    }

    // A client's own limit of time comes as a cancellation that nobody asked for.
    private static bool IsPassing(Exception e, CancellationToken stop) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !stop.IsCancellationRequested);

    private async IAsyncEnumerable<int> PieceAsync(
        long from, Memory<byte> into, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Get, location);
        request.Headers.Range = new RangeHeaderValue(from, from + into.Length - 1);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        Demand(response, from);
        await using var body = await response.Content.ReadAsStreamAsync(either.Token);
        while (into.Length > 0)
        {
            limit.CancelAfter(silence);
            var read = await body.ReadAsync(into, either.Token);
            if (read == 0)
                yield break;
            Interlocked.Add(ref _fetched, read);
            into = into[read..];
            yield return read;
        }
    }

    private void Demand(HttpResponseMessage response, long from)
    {
        var status = response.StatusCode;
        if (status == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == from)
            return;
        if (HttpErrors.IsAway(status))
            throw new HttpRequestException($"the server answers {(int)status} {status}");
        throw status is HttpStatusCode.OK or HttpStatusCode.PartialContent
            ? new AgentException(
                PartitionsErrors.NoRanges,
                $"Parts of {location.GetLeftPart(UriPartial.Path)} can't be had",
                "the server sends the whole file, or another part than was asked for",
                "Publish it on a server that answers HTTP range requests; until then images are fetched whole")
            : HttpErrors.Answered(location, status);
    }
}
