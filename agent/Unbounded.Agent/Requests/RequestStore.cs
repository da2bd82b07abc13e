using System.Text.Json;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Storage;
using Unbounded.Agent.Core.Transaction.Records;
using Unbounded.Agent.Hosting;

namespace Unbounded.Agent.Requests;

/// <summary>Requests as durable files: one that was taken survives the process that took it, and the host's power.</summary>
internal sealed class RequestStore(IDurableStore store, AgentPaths paths)
{
    private const int LimitBytes = 64 * 1024;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Suffix = ".json";

    /// <summary>Asks for something.</summary>
    public Task AddAsync(AgentRequest request, CancellationToken cancellationToken) =>
        store.WriteAsync(PathOf(request.Id), JsonSerializer.SerializeToUtf8Bytes(request, RequestJson.Default.AgentRequest), Private, cancellationToken);

    /// <summary>Everything that is asked for. A file that can't be understood stands in no other request's way.</summary>
    public async Task<RequestList> ListAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(paths.Requests))
            return RequestList.Empty;
        var requests = new List<AgentRequest>();
        var damaged = new List<AgentException>();
        foreach (var path in Directory.EnumerateFiles(paths.Requests, "*" + Suffix).Order(StringComparer.Ordinal))
        {
            try
            {
                if (await store.ReadAsync(path, LimitBytes, cancellationToken) is { } content)
                    requests.Add(Parse(path, content));
            }
            catch (AgentException e)
            {
                damaged.Add(e);
            }
        }

        return new([.. requests.OrderBy(r => r.RequestedAt).ThenBy(r => r.Id, StringComparer.Ordinal)], damaged);
    }

    /// <summary>Whether a request still waits.</summary>
    public bool Waits(string id) => File.Exists(PathOf(id));

    /// <summary>A request was carried out or refused: whoever asked learns why, then it goes.</summary>
    public async Task AnswerAsync(string id, ErrorRecord? refusal, CancellationToken cancellationToken)
    {
        if (refusal is not null)
            await store.WriteAsync(AnswerOf(id), JsonSerializer.SerializeToUtf8Bytes(refusal, RequestJson.Default.ErrorRecord), Private, cancellationToken);
        await store.DeleteAsync(PathOf(id), cancellationToken);
    }

    /// <summary>Why a request was refused; null when it was not.</summary>
    public async Task<ErrorRecord?> TakeAnswerAsync(string id, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(AnswerOf(id), LimitBytes, cancellationToken) is not { } content)
            return null;
        await store.DeleteAsync(AnswerOf(id), cancellationToken);
        try
        {
            return StoredJson.Read(content, RequestJson.Default.ErrorRecord);
        }
        catch (JsonException e)
        {
            // That it was refused is certain: there is an answer.
            return ErrorRecord.From(Damaged(AnswerOf(id), e));
        }
    }

    /// <summary>Where a request is kept.</summary>
    public string PathOf(string id) => $"{paths.Requests}/{id}{Suffix}";

    private string AnswerOf(string id) => $"{paths.Answers}/{id}{Suffix}";

    private static AgentRequest Parse(string path, byte[] content)
    {
        try
        {
            var request = StoredJson.Read(content, RequestJson.Default.AgentRequest);
            // The name of the file is the identity: a file that says otherwise could never be removed.
            return request.Id != Path.GetFileNameWithoutExtension(path) ? throw new JsonException("it names another request than its file does")
                : !Enum.IsDefined(request.Kind) ? throw new JsonException("it asks for something that this version does not know")
                : request;
        }
        catch (JsonException e)
        {
            throw Damaged(path, e);
        }
    }

    private static AgentException Damaged(string path, JsonException e) => new(
        FrontDoorErrors.RequestDamaged,
        $"the request {path} can't be understood",
        e.Message,
        "remove the file, then ask again with the agent's own command",
        e);
}
