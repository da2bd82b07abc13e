using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Security.Authentication;
using Polly;
using Polly.Retry;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Kubernetes.Connecting;

namespace Unbounded.Agent.Kubernetes.Calls;

/// <summary>Sends calls: as whom, over which connection, how often, for how long, and what their failures mean.</summary>
internal sealed class Caller : IDisposable
{
    private const int StatusLimitBytes = 64 << 10;

    private readonly ClusterEndpoint _endpoint;
    private readonly ClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retries;
    private readonly Lock _lock = new();
    private readonly List<Connection> _old = [];
    private Connection? _connection;

    public Caller(ClusterEndpoint endpoint, ClientOptions options, TimeProvider time)
    {
        (_endpoint, _options, _time) = (endpoint, options, time);
        _retries = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<CallFailure>(f => f.Again && !(f.After > options.LongestRetryAfter)),
                MaxRetryAttempts = Math.Max(1, options.Tries - 1),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstRetry,
                DelayGenerator = arguments => new((arguments.Outcome.Exception as CallFailure)?.After),
            })
            .Build();
    }

    /// <summary>Sends a call and reads its answer.</summary>
    /// <exception cref="AgentException">52xx.</exception>
    public async Task<byte[]> SendAsync(Call call, CancellationToken cancellationToken)
    {
        try
        {
            return await _retries.ExecuteAsync(async cancellation => await TryAsync(call, cancellation), cancellationToken);
        }
        catch (CallFailure failure)
        {
            ExceptionDispatchInfo.Throw(failure.Error);
            throw;
        }
    }

    /// <summary>Begins a call whose answer has no end; tried once.</summary>
    public async Task<HttpResponseMessage> OpenAsync(Call call, CancellationToken cancellationToken)
    {
        try
        {
            return await AnswerAsync(call, cancellationToken);
        }
        catch (CallFailure failure)
        {
            ExceptionDispatchInfo.Throw(failure.Error);
            throw;
        }
    }

    /// <summary>What the breaking of an answer means.</summary>
    public AgentException Broken(Exception e) => ApiErrors.Unreachable(_endpoint.Server, $"the connection broke: {e.Message}", e);

    public void Dispose()
    {
        lock (_lock)
        {
            _connection?.Dispose();
            foreach (var old in _old)
                old.Dispose();
        }
    }

    private async Task<byte[]> TryAsync(Call call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.CallTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            using var answer = await AnswerAsync(call, both.Token);
            return await BoundedBody.ReadAsync(answer.Content, call.LimitBytes, both.Token)
                ?? throw new CallFailure(ApiErrors.TooLarge(call.Path, call.LimitBytes), again: false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CallFailure(ApiErrors.Unreachable(_endpoint.Server, $"no answer within {_options.CallTimeout.TotalSeconds:0.#} s", e), call.Repeatable);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CallFailure(Broken(e), call.Repeatable);
        }
    }

    // Ends with the answer's head; every answer but a success is a failure.
    private async Task<HttpResponseMessage> AnswerAsync(Call call, CancellationToken cancellationToken)
    {
        var token = await _endpoint.Credentials.TokenAsync(cancellationToken);
        var connection = ConnectionFor(await _endpoint.Credentials.CertificateAsync(cancellationToken));
        HttpResponseMessage answer;
        using (var message = call.Message(_options.HttpVersion, token, _endpoint.TlsServerName))
        {
            try
            {
                answer = await connection.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            }
            catch (HttpRequestException e)
            {
                throw Unsent(call, connection, e);
            }
            catch (SocketException e)
            {
                // The framework asks a connection that is gone already for its other end, and lets that error through as it is: nothing was sent yet.
                throw new CallFailure(ApiErrors.Unreachable(_endpoint.Server, e.Message, e), again: true);
            }
        }

        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await RefusedAsync(call, answer, cancellationToken);
    }

    private CallFailure Unsent(Call call, Connection connection, HttpRequestException e)
    {
        var inner = e.InnerException;
        if (inner is AuthenticationException || e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            // Without a verdict of ours the server ended the handshake: it may just be going down.
            return connection.Trust.Problem is { } problem
                ? new(ApiErrors.Untrusted(_endpoint.Server, problem, e), again: false)
                : new(ApiErrors.Unreachable(_endpoint.Server, inner?.Message ?? e.Message, e), again: true);
        }

        // Never connected: nothing was done, whatever it was.
        var neverSent = inner is SocketException || e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError;
        return new(ApiErrors.Unreachable(_endpoint.Server, inner?.Message ?? e.Message, e), neverSent || call.Repeatable);
    }

    private async Task<CallFailure> RefusedAsync(Call call, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = await BoundedBody.BeginningAsync(answer.Content, StatusLimitBytes, cancellationToken);
        var code = (int)answer.StatusCode;
        var error = ApiErrors.Of(call.Verb, call.Path, answer.StatusCode, body);
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
            _endpoint.Credentials.Refused();
        var after = answer.Headers.RetryAfter is { } header ? header.Delta ?? (header.Date - _time.GetUtcNow()) : ApiErrors.RetryAfter(body);
        // 429 and Retry-After say that nothing was done; a gateway's 5xx does not.
        var nothingDone = code == 429 || (code >= 500 && after is not null);
        var again = error.Code == KubernetesErrors.ServerBusy && (nothingDone || call.Repeatable);
        return new(error, again, after < TimeSpan.Zero ? TimeSpan.Zero : after);
    }

    private Connection ConnectionFor(System.Security.Cryptography.X509Certificates.X509Certificate2? certificate)
    {
        lock (_lock)
        {
            if (_connection is { } connection && ReferenceEquals(connection.Certificate, certificate))
                return connection;
            if (_connection is not null)
                _old.Add(_connection);
            // A watch may still run over the one before the last: those before it are long done.
            if (_old.Count > 2)
            {
                _old[0].Dispose();
                _old.RemoveAt(0);
            }

            return _connection = new Connection(_endpoint, certificate, _options);
        }
    }
}
