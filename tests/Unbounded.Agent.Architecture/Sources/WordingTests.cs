namespace Unbounded.Agent.Architecture.Sources;

public sealed class WordingTests
{
    private static readonly string[] Folders = ["agent", "tests", "bench", "docs", "hack", "images", "systemd-units", ".ci"];

    // This file names what it looks for.
    private static readonly string[] Exempt = ["tests/Unbounded.Agent.Architecture/Sources/Wording.cs", "tests/Unbounded.Agent.Architecture/Sources/WordingTests.cs"];

    [Fact]
    public void Files_OfTheProject_HoldNoUnfinishedMarksMachinePathsOrRegistries()
    {
        var forbidden = Wording.RegistryHosts().Concat(Wording.MachinePaths()).ToList();

        var found = Folders.SelectMany(f => Tree.Files(f)).Concat(Directory.EnumerateFiles(Tree.Root).Select(f => Path.GetFileName(f)))
            .Where(f => !Exempt.Contains(f, StringComparer.Ordinal) && !Path.GetExtension(f).Equals(".png", StringComparison.Ordinal))
            .SelectMany(f => Wording.Find(Tree.Text(f), forbidden).Select(w => $"{f}: {w}"));

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("// TODO: later", "TODO")]
    [InlineData("throw new NotImplementedException();", "NotImplementedException")]
    [InlineData("[Fact(Skip = \"slow\")]", "Skip = \"")]
    [InlineData("see /somewhere/on/this/machine/x", "/somewhere/on/this/machine/")]
    [InlineData("curl Registry.Example.org", "registry.example.org")]
    public void Find_WhatMustNotBeThere_IsFound(string text, string expected) =>
        Assert.Equal([expected], Wording.Find(text, ["/somewhere/on/this/machine/", "registry.example.org"]));

    [Theory]
    [InlineData("hack/test runs it")]
    [InlineData("values.Skip(1)")]
    [InlineData("a mastodon")]
    public void Find_OrdinaryText_IsFine(string text) => Assert.Empty(Wording.Find(text, ["registry.example.org"]));
}
