using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Unbounded.Agent.Images.Tests.Support;

/// <summary>Debian's docker-registry on a port of its own, with its data in a directory of its own.</summary>
internal sealed partial class RealRegistry : IDisposable
{
    public const string User = "pusher";
    public const string Password = "secret";

    // htpasswd -nbB: the registry takes bcrypt only.
    private const string Hashed = "pusher:$2y$05$ngFG4b.wjOSnG/unD04P/eRxAjbY3xdfxd7fjfoLaB8XHamW6tlBy\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("unbounded-registry-");
    private readonly Process _process;

    /// <summary>Starts one and waits until it listens.</summary>
    /// <param name="asks">Whether it asks who one is.</param>
    public RealRegistry(bool asks = false)
    {
        File.WriteAllText(Path("htpasswd"), Hashed);
        var auth = asks ? $"auth:\n  htpasswd:\n    realm: test\n    path: {Path("htpasswd")}\n" : "";
        File.WriteAllText(
            Path("config.yml"),
            $"version: 0.1\nlog: {{level: info}}\nstorage:\n  delete: {{enabled: true}}\n  filesystem: {{rootdirectory: {Path("data")}}}\nhttp: {{addr: 127.0.0.1:0}}\n{auth}");
        _process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", Path("config.yml")]) { RedirectStandardError = true, UseShellExecute = false })!;
        var said = "";
        while (_process.StandardError.ReadLine() is { } line)
        {
            said += line;
            if (Listening().Match(line) is { Success: true } match)
            {
                Host = match.Groups["host"].Value;
                // Nobody else reads it, and a full pipe would stop it.
                _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return;
            }
        }

        throw new InvalidOperationException($"docker-registry does not start: {said}");
    }

    /// <summary>Host and port.</summary>
    public string Host { get; } = "";

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    [GeneratedRegex("listening on (?<host>127\\.0\\.0\\.1:[0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Listening();
}
