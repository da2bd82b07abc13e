using System.Formats.Tar;
using System.Net;
using System.Text.Json.Nodes;
using Unbounded.Agent.TestHost.Docker;

namespace Unbounded.Agent.TestHost.Containers;

internal sealed class DockerContainer(ContainerConfiguration configuration) : IContainer
{
    // the API's spelling, which only happens to be that of the property
    private const string IdField = "Id";
    private static readonly TimeSpan ExitCodeRetry = TimeSpan.FromMilliseconds(10);
    private DockerClient? _client;

    public string Id { get; private set; } = "";

    public string Name { get; } = configuration.Name ?? $"unbounded-{Guid.NewGuid():N}"[..22];

    private DockerClient Client => _client ??= new DockerClient(DockerEndpoint.Find());

    private string Path => Id.Length > 0
        ? $"/containers/{Id}"
        : throw new InvalidOperationException($"Container {Name} was never started.");

    public async Task StartAsync(CancellationToken cancellation = default)
    {
        if (Id.Length == 0)
            Id = await CreateAsync(cancellation);
        await Client.PostAsync($"{Path}/start", body: null, cancellation);
    }

    public Task StopAsync(CancellationToken cancellation = default)
        => Client.PostAsync($"{Path}/stop?t={Math.Ceiling(configuration.StopTimeout.TotalSeconds)}", body: null, cancellation);

    public async Task KillAsync(CancellationToken cancellation = default)
    {
        try
        {
            await Client.PostAsync($"{Path}/kill?signal=SIGKILL", body: null, cancellation);
        }
        catch (DockerApiException)
        {
            // it may have ended by itself meanwhile, which the engines report under different statuses
            if (await IsRunningAsync(cancellation))
                throw;
        }

        await GetExitCodeAsync(cancellation);
    }

    public async Task<long> GetExitCodeAsync(CancellationToken cancellation = default)
    {
        var ended = await Client.PostAsync($"{Path}/wait?condition=not-running", body: null, cancellation);
        return ended!["StatusCode"]!.GetValue<long>();
    }

    public async Task<ExecResult> ExecAsync(IReadOnlyList<string> command, CancellationToken cancellation = default)
    {
        var created = await Client.PostAsync(
            $"{Path}/exec",
            new JsonObject
            {
                ["AttachStdout"] = true,
                ["AttachStderr"] = true,
                ["Cmd"] = new JsonArray([.. command.Select(c => (JsonNode)c)]),
            },
            cancellation);
        var exec = $"/exec/{created![IdField]}";
        string output, error;
        await using (var stream = await Client.StreamAsync(
            HttpMethod.Post, $"{exec}/start", new JsonObject { ["Detach"] = false, ["Tty"] = false }, cancellation))
        {
            (output, error) = await MultiplexedStream.ReadAsync(stream, cancellation);
        }

        // the output's end comes a moment before the engine has reaped the process, and nothing signals that
        while (true)
        {
            var state = await Client.GetAsync($"{exec}/json", cancellation);
            if (!state!["Running"]!.GetValue<bool>())
                return new ExecResult(output, error, state["ExitCode"]!.GetValue<long>());
            await Task.Delay(ExitCodeRetry, cancellation);
        }
    }

    public async Task CopyAsync(byte[] content, string path, UnixFileMode mode, CancellationToken cancellation = default)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            var entry = new PaxTarEntry(TarEntryType.RegularFile, path.TrimStart('/')) { Mode = mode, DataStream = new MemoryStream(content) };
            await writer.WriteEntryAsync(entry, cancellation);
        }

        tar.Position = 0;
        await Client.PutTarAsync($"{Path}/archive?path=%2F", tar, cancellation);
    }

    public async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellation = default)
    {
        await using var stream = await Client.StreamAsync(
            HttpMethod.Get, $"{Path}/archive?path={Uri.EscapeDataString(path)}", body: null, cancellation);
        await using var reader = new TarReader(stream);
        var entry = await reader.GetNextEntryAsync(copyData: true, cancellation);
        if (entry is not { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile })
            throw new InvalidOperationException($"{path} is not a file in {Name}.");
        using var content = new MemoryStream();
        if (entry.DataStream is { } data)
            await data.CopyToAsync(content, cancellation);
        return content.ToArray();
    }

    public async Task<string> GetLogsAsync(CancellationToken cancellation = default)
    {
        await using var stream = await Client.StreamAsync(
            HttpMethod.Get, $"{Path}/logs?stdout=true&stderr=true", body: null, cancellation);
        if (!configuration.Terminal)
        {
            var (output, error) = await MultiplexedStream.ReadAsync(stream, cancellation);
            return output + error;
        }

        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(cancellation);
    }

    public async Task<int> GetPidAsync(CancellationToken cancellation = default)
    {
        var state = (await Client.GetAsync($"{Path}/json", cancellation))!["State"]!;
        var pid = state["Pid"]!.GetValue<int>();
        return pid > 0 ? pid : throw new InvalidOperationException($"Container {Name} does not run: {state["Status"]}.");
    }

    public async ValueTask DisposeAsync()
    {
        if (Id.Length > 0)
            await Client.DeleteAsync($"{Path}?force=true&v=true", CancellationToken.None);
        Id = "";
        _client?.Dispose();
        _client = null;
    }

    private async Task<bool> IsRunningAsync(CancellationToken cancellation)
        => (await Client.GetAsync($"{Path}/json", cancellation))!["State"]!["Running"]!.GetValue<bool>();

    private async Task<string> CreateAsync(CancellationToken cancellation)
    {
        try
        {
            var podman = await EngineKind.IsPodmanAsync(Client, cancellation);
            var created = await Client.PostAsync(
                $"/containers/create?name={Name}", ContainerSpecification.Write(configuration, podman), cancellation);
            return created![IdField]!.GetValue<string>();
        }
        catch (DockerApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            throw new InvalidOperationException(
                $"The engine has no image {configuration.Image}. Make it with: images/test-host/build bookworm|trixie", e);
        }
    }
}
