namespace Unbounded.Agent.TestHost.Docker;

/// <summary>Tells the two engines apart where one API means two things.</summary>
internal static class EngineKind
{
    public static async Task<bool> IsPodmanAsync(DockerClient client, CancellationToken cancellation)
    {
        var version = await client.GetAsync("/version", cancellation);
        return version!["Components"]?.AsArray().Any(c => c!["Name"]!.GetValue<string>() == "Podman Engine") == true;
    }
}
