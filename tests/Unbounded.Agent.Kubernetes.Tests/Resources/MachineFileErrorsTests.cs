using System.Diagnostics;
using System.Text;
using Unbounded.Agent.Kubernetes.Resources;

namespace Unbounded.Agent.Kubernetes.Tests.Resources;

public sealed class MachineFileErrorsTests
{
    // What is put below the minimal Machine (whose four lines come first), place that must be named, a word of the error.
    [Theory]
    [InlineData("spec: {kubernetes: {version: 1.33}}", "$.spec.kubernetes.version (line 5, column 30)", "put it in quotes")]
    [InlineData("spec: {kubernetes: {version: newest}}", "$.spec.kubernetes.version (line 5, column 30)", "not a version")]
    [InlineData("spec: {kubernetes: [1]}", "$.spec.kubernetes (line 5, column 20)", "must be an object, not a list")]
    [InlineData("spec: text", "$.spec (line 5, column 7)", "must be an object")]
    [InlineData("spec: {kubernetes: {nodeLabels: {a: true}}}", "$.spec.kubernetes.nodeLabels.a (line 5, column 37)", "put it in quotes")]
    [InlineData("spec: {kubernetes: {nodeLabels: {a: yes}}}", "$.spec.kubernetes.nodeLabels.a (line 5, column 37)", "put it in quotes")]
    [InlineData("spec: {kubernetes: {nodeLabels: {a: b c}}}", "$.spec.kubernetes.nodeLabels.a (line 5, column 37)", "not a label value")]
    [InlineData("spec: {kubernetes: {registerWithTaints: [a=b]}}", "$.spec.kubernetes.registerWithTaints[0] (line 5, column 42)", "not a taint")]
    [InlineData("spec: {kubernetes: {registerWithTaints: a=b:NoSchedule}}", "$.spec.kubernetes.registerWithTaints (line 5, column 41)", "must be a list")]
    [InlineData("spec: {kubernetes: {nodeRef: {}}}", "$.spec.kubernetes.nodeRef (line 5, column 30)", "name is required")]
    [InlineData("spec: {agent: {image: ghcr.io/x/y}}", "$.spec.agent.image (line 5, column 23)", "has no scheme")]
    [InlineData("spec: {agent: {url: 'https://u:p@h'}}", "$.spec.agent.url (line 5, column 21)", "user name")]
    [InlineData("spec: {operations: {rebootCounter: -1}}", "$.spec.operations.rebootCounter (line 5, column 36)", "whole number from 0")]
    [InlineData("spec: {operations: {repaveCounter: '1'}}", "$.spec.operations.repaveCounter (line 5, column 36)", "must be a whole number, not text")]
    [InlineData("spec: {operations: {repaveCounter: 1.5}}", "$.spec.operations.repaveCounter (line 5, column 36)", "whole number from 0")]
    [InlineData("spec: {update: {strategy: automatic}}", "$.spec.update.strategy (line 5, column 27)", "must be Automatic, OnDelete, Manual")]
    [InlineData("spec: {update: {strategy: 1}}", "$.spec.update.strategy (line 5, column 27)", "must be text")]
    [InlineData("spec: {update: {paused: 'true'}}", "$.spec.update.paused (line 5, column 25)", "must be true or false")]
    [InlineData("spec: {update: {retryNonce: 3}}", "$.spec.update.retryNonce (line 5, column 29)", "put it in quotes")]
    [InlineData("spec: {update: {maintenanceWindow: always}}", "$.spec.update.maintenanceWindow (line 5, column 36)", "not a window")]
    [InlineData("spec: {update: {healthGate: {settle: 30}}}", "$.spec.update.healthGate.settle (line 5, column 38)", "must be text")]
    [InlineData("spec: {update: {healthGate: {settle: soon}}}", "$.spec.update.healthGate.settle (line 5, column 38)", "not a duration")]
    [InlineData("spec: {update: {healthGate: {settle: -1s}}}", "$.spec.update.healthGate.settle (line 5, column 38)", "not a duration")]
    [InlineData("spec: {update: {healthGate: {settle: 25h}}}", "$.spec.update.healthGate.settle (line 5, column 38)", "from 0s to 24h0m0s")]
    [InlineData("spec: {update: {healthGate: {timeout: 999ms}}}", "$.spec.update.healthGate.timeout (line 5, column 39)", "from 1s to 24h0m0s")]
    [InlineData("spec: {update: {healthGate: {bootTimeout: 61m}}}", "$.spec.update.healthGate.bootTimeout (line 5, column 43)", "from 1s to 1h0m0s")]
    [InlineData("spec: {update: {healthGate: {url: gopher://x}}}", "$.spec.update.healthGate.url (line 5, column 35)", "must begin with")]
    [InlineData("spec: {update: {rollback: {maxAttempts: 0}}}", "$.spec.update.rollback.maxAttempts (line 5, column 41)", "from 1 to 100")]
    [InlineData("spec: {update: {drain: {podGrace: 2h}}}", "$.spec.update.drain.podGrace (line 5, column 35)", "from 0s to 1h0m0s")]
    [InlineData("spec: {update: {drain: {timeout: 0s}}}", "$.spec.update.drain.timeout (line 5, column 34)", "from 1s to 24h0m0s")]
    [InlineData("kind: Machine", "$.kind (line 5, column 7)", "is there more than once")]
    [InlineData("spec:", "$.spec (line 5, column 6)", "has no value")]
    [InlineData("spec:\n  kubernetes:", "$.spec.kubernetes (line 6, column 14)", "has no value")]
    public void Parse_OneProblem_IsNamedWithPathLineAndColumn(string more, string place, string word)
    {
        var error = TestMachine.Refused(KubernetesErrors.MachineInvalid, TestMachine.With(more));
        var detail = Assert.Single(error.Details);
        Assert.StartsWith(place + ": ", detail.ToString(), StringComparison.Ordinal);
        Assert.Contains(word, detail.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apiVersion: v1", "$.apiVersion", "must be unbounded-cloud.io/v1alpha3")]
    [InlineData("apiVersion: unbounded-cloud.io/v1beta1", "$.apiVersion", "must be unbounded-cloud.io/v1alpha3")]
    public void Parse_OtherVersion_IsAnError(string line, string path, string word)
    {
        var text = TestMachine.Minimal.Replace("apiVersion: unbounded-cloud.io/v1alpha3", line, StringComparison.Ordinal);
        var detail = Assert.Single(TestMachine.Refused(KubernetesErrors.MachineInvalid, text).Details);
        Assert.Equal(path, detail.Path);
        Assert.Contains(word, detail.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apiVersion: 1", "$.apiVersion")]
    [InlineData("apiVersion: [a]", "$.apiVersion")]
    public void Parse_RequiredFieldOfAWrongType_IsReportedOnce(string line, string path)
    {
        var text = TestMachine.Minimal.Replace("apiVersion: unbounded-cloud.io/v1alpha3", line, StringComparison.Ordinal);
        Assert.Equal(path, Assert.Single(TestMachine.Refused(KubernetesErrors.MachineInvalid, text).Details).Path);
    }

    [Fact]
    public void Parse_ManyProblems_AreAllReportedAtOnce()
    {
        var error = TestMachine.Refused(
            KubernetesErrors.MachineInvalid, "kind: Pod\nmetadata: {name: A_}\nspec: {agent: {image: x}, update: {strategy: x, drain: {podGrace: x}}}\n");
        Assert.Equal(
            ["$", "$.kind", "$.metadata.name", "$.spec.agent.image", "$.spec.update.drain.podGrace", "$.spec.update.strategy"],
            error.Details.Select(d => d.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("just text\n")]
    [InlineData("- a\n- b\n")]
    [InlineData("17\n")]
    public void Parse_NoMapping_IsInvalid(string text) => TestMachine.Refused(KubernetesErrors.MachineInvalid, text);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("  \r\n")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("~\n")]
    [InlineData("apiVersion: unbounded-cloud.io/v1alpha3\nkind: Machine\nmetadata:\n  name: edge-7\nspec:\n  kubernetes:\n    version: 1.33")]
    [InlineData("apiVersion: unbounded\0\0\0\0\n")]
    public void Parse_EmptyOrCutOff_IsIncompleteAndMayPass(string text)
    {
        var error = TestMachine.Refused(KubernetesErrors.MachineIncomplete, text);
        Assert.Equal(Core.Errors.ErrorKind.Transient, error.Code.Kind);
    }

    // The danger of a cut: what is left must never look like a complete Machine that wants something else.
    [Fact]
    public void Law08_Parse_EveryCutWithinALine_IsRefused()
    {
        var bytes = TestMachine.Bytes(TestMachine.Full);
        for (var length = 0; length < bytes.Length; length++)
        {
            if (length > 0 && bytes[length - 1] == '\n')
                continue;
            var cut = bytes[..length];
            Assert.Equal(KubernetesErrors.MachineIncomplete, Assert.Throws<Core.Errors.AgentException>(() => MachineFile.Parse(cut)).Code);
        }
    }

    [Theory]
    [InlineData("a: [\n", "not valid YAML")]
    [InlineData("a: 'x\n", "not valid YAML")]
    [InlineData("a: b: c\n", "not valid YAML")]
    [InlineData("a:\n\tb: c\n", "tab")]
    [InlineData("a: *x\n", "aliases")]
    [InlineData("a: &x b\n", "anchors")]
    [InlineData("a: &x {b: 1}\nc: {<<: *x}\n", "anchors")]
    [InlineData("a: !!binary AAAA\n", "tags")]
    [InlineData("a: !ruby/object:Gem x\n", "tags")]
    [InlineData("? {a: b}\n: c\n", "a key that is not text")]
    [InlineData("a: 1\n---\nb: 2\n", "second document")]
    [InlineData("%YAML 3.7\n---\na: 1\n", "not valid YAML")]
    public void Parse_NotAPlainDocument_IsUnreadable(string text, string word)
    {
        var error = TestMachine.Refused(KubernetesErrors.MachineUnreadable, text);
        Assert.Contains(word, Assert.Single(error.Details).Message, StringComparison.Ordinal);
        Assert.NotNull(error.Details[0].Line);
    }

    [Fact]
    public void Parse_InvalidUtf8_IsUnreadable()
    {
        byte[] bytes = [.. TestMachine.Bytes(TestMachine.Minimal), (byte)'#', 0xff, (byte)'\n'];
        Assert.Equal("is not UTF-8", TestMachine.Refused(KubernetesErrors.MachineUnreadable, bytes).Details[0].Message);
    }

    [Fact]
    public void Parse_TooLarge_IsUnreadableWithoutBeingRead()
    {
        var text = TestMachine.Minimal + "#" + new string('x', MachineFile.MaxBytes) + "\n";
        Assert.Contains("at most 262144", TestMachine.Refused(KubernetesErrors.MachineUnreadable, text).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Bombs { get; } = new()
    {
        { "a billion laughs", "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"k{i}: &k{i} [{string.Join(',', Enumerable.Repeat(i == 1 ? "*a" : $"*k{i - 1}", 9))}]\n")) },
        { "deep flow", "a: " + new string('[', 100_000) + "\n" },
        { "deep flow maps", "a: " + string.Concat(Enumerable.Repeat("{a: ", 50_000)) + "\n" },
        { "deep blocks", string.Concat(Enumerable.Range(0, 600).Select(i => new string(' ', i) + "a:\n")) },
        { "deep sequences", string.Concat(Enumerable.Repeat("- ", 100_000)) + "\n" },
        { "deep explicit keys", string.Concat(Enumerable.Repeat("? ", 100_000)) + "\n" },
        { "long plain scalar", "a: " + new string('x', 250_000) + "\n" },
        { "many keys", string.Concat(Enumerable.Range(0, 20_000).Select(i => $"k{i}: 1\n")) },
        { "many items", "spec: {kubernetes: {registerWithTaints: [" + string.Join(',', Enumerable.Repeat("a", 100_000)) + "]}}\n" },
        { "many quotes", string.Concat(Enumerable.Repeat("\"", 200_000)) + "\n" },
        { "many colons", string.Concat(Enumerable.Repeat(": ", 100_000)) + "\n" },
        { "many documents", string.Concat(Enumerable.Repeat("---\n", 60_000)) },
        { "many tabs", string.Concat(Enumerable.Repeat("\t", 200_000)) + "a\n" },
        { "block scalar", "a: |\n" + string.Concat(Enumerable.Repeat(" x\n", 80_000)) },
        { "directives", string.Concat(Enumerable.Repeat("%TAG !a! b\n", 20_000)) + "---\na: 1\n" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Law16_Parse_Bomb_IsRefusedInBoundedTimeAndMemory(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<Core.Errors.AgentException>(() => MachineFile.Parse(bytes));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"{name} took {watch.Elapsed}");
        Assert.True(allocated < 512L << 20, $"{name} allocated {allocated >> 20} MiB");
    }

    [Fact]
    public void Law16_Parse_TokenInTheWrongPlace_IsNotQuoted()
    {
        const string token = "abcdef.0123456789abcdef";
        var error = TestMachine.Refused(
            KubernetesErrors.MachineInvalid, TestMachine.With($"spec: {{kubernetes: {{version: {token}, bootstrapTokenRef: {{name: '{token}!'}}}}, agent: {{image: {token}}}, update: {{retryNonce: []}}}}"));
        Assert.Equal(4, error.Details.Count);
        Assert.DoesNotContain(token, error.ToString(), StringComparison.Ordinal);
    }
}
