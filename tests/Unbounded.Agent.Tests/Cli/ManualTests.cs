using Unbounded.Agent.Cli;
using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Hosting;

namespace Unbounded.Agent.Tests.Cli;

/// <summary>The manual page and the guides say what the command line has: no more and no less.</summary>
public sealed class ManualTests
{
    private static readonly ManualPage Page = ManualPage.Load();

    public static TheoryData<string> Names => [.. DocumentedCommands.Visible.Select(c => c.Name)];

    public static TheoryData<string> Guides =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "docs"), "*.md", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(AppContext.BaseDirectory, f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Page_Commands_AreThoseOfTheCommandLine() =>
        Assert.Equal(DocumentedCommands.Visible.Select(c => c.Name).Order(StringComparer.Ordinal), Page.Commands().Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_OptionsOfACommand_AreThoseOfTheCommandLine(string name)
    {
        var options = DocumentedCommands.Options(DocumentedCommands.Visible.Single(c => c.Name == name));

        // --output is described once, for all commands that have it.
        Assert.Equal(options.Except(["--output", "-o"]), Page.Commands()[name]);
        Assert.Equal(options.Where(o => o.StartsWith("--", StringComparison.Ordinal)), Page.Synopsis(name));
    }

    [Fact]
    public void Page_CommonOptions_AreThoseOfTheCommandLine() =>
        Assert.Equal(DocumentedCommands.Global.Concat(["--output", "-o"]).Order(StringComparer.Ordinal), Page.Common());

    [Fact]
    public void Root_Options_AreTheGlobalOnes()
    {
        var root = DocumentedCommands.Root.Options.SelectMany(o => o.Aliases.Append(o.Name)).ToList();

        // The library brings --help in more spellings, and --version.
        Assert.Empty(DocumentedCommands.Global.Except(root));
        Assert.Empty(root.Except([.. DocumentedCommands.Global, "-?", "/?", "/h", "--version"]));
    }

    [Fact]
    public void Page_ExitStatus_IsEveryExitCode() =>
        Assert.Equal(Codes().Select(c => $"{c}"), Page.Items("EXIT STATUS"));

    [Fact]
    public void Guide_ExitCodes_AreEveryExitCode()
    {
        var table = Guide("docs/operations.md").Split("## Exit codes")[1].Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal) && char.IsAsciiDigit(l[2]));

        Assert.Equal(Codes().Select(c => $"{c}"), table.Select(l => l[2..3]));
    }

    [Fact]
    public void Page_Files_AreThoseOfTheAgent()
    {
        var paths = new AgentPaths(AgentPaths.DefaultConfigFile);
        string[] files =
        [
            paths.ConfigFile, paths.MachineFile, paths.ConfigDirectory + "/kube1-applied-config.json", paths.Record, paths.StatusFile, paths.Requests, paths.GenerationFile,
            paths.DataCheckFile, paths.State, paths.ProgressFile, paths.Answers, paths.Lock, paths.DaemonLock,
        ];

        Assert.Equal(files, Page.Items("FILES"));
    }

    [Fact]
    public void Page_Environment_NamesTheVariables() =>
        Assert.Equal([AgentPaths.ConfigVariable, "NO_COLOR", "JOURNAL_STREAM"], Page.Items("ENVIRONMENT"));

    [Theory]
    [MemberData(nameof(Guides))]
    public void Guide_CommandsAndOptions_Exist(string guide) => Assert.Empty(DocumentedCommands.Violations(Guide(guide)));

    [Fact]
    public void Guides_Together_ShowEveryCommand()
    {
        var all = string.Join('\n', Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "docs"), "*.md", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.All(DocumentedCommands.Visible.Where(c => c.Name is not ("daemon" or "version")), c => Assert.Contains($"unbounded-agent {c.Name}", all, StringComparison.Ordinal));
    }

    [Fact]
    public void Violations_OfWhatIsNotThere_NameIt()
    {
        Assert.Equal(["unbounded-agent upgrade: no such command"], DocumentedCommands.Violations("run `unbounded-agent upgrade` now"));
        Assert.Equal(["unbounded-agent plan --force: no such option"], DocumentedCommands.Violations("unbounded-agent plan --output json --force  # --nothing"));
        Assert.Empty(DocumentedCommands.Violations("`unbounded-agent install -c FILE --no-wait`; --nothing; unbounded-agent-daemon.service --x"));
    }

    private static IEnumerable<int> Codes() => Enum.GetValues<ErrorKind>().Select(ExitCode.Of).Append(ExitCode.Success).Distinct().Order();

    private static string Guide(string path) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, path));
}
