using Unbounded.Agent.Core.Errors;
using Unbounded.Agent.Core.Tests.Mutation;
using Unbounded.Agent.Progress;
using Unbounded.Agent.Requests;
using Unbounded.Agent.Tests.Support;
using Unbounded.Agent.Wishing;
using Xunit.Abstractions;

namespace Unbounded.Agent.Tests.Requests;

/// <summary>Files of the front door with a wrong structure: a request, its answer, the note of progress, the count of edits.</summary>
public sealed class RequestFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const int Cases = 1000;

    private static readonly string[] Words = ["\"x\"", "\"Rollback\"", "\"Update\"", "\"rollback\"", "0", "1", "2", "\"2026-01-02T03:04:05Z\"", "\"UBA-1023\""];

    private static readonly byte[] Request = """{"id":"x","kind":"Update","requestedAt":"2026-01-02T03:04:05+00:00","ignoreWindow":true}"""u8.ToArray();
    private static readonly byte[] Answer = """{"code":"UBA-1013","message":"nothing to go back to","cause":"no side was kept","nextStep":"set the version"}"""u8.ToArray();

    private static readonly byte[] Note =
        """{"pid":7,"at":"2026-01-02T03:04:05+00:00","working":true,"settled":false,"waiting":["x"],"step":"prepare","done":5,"total":9,"warnings":["w"],"problem":{"code":"a","message":"b","cause":"c","nextStep":"d"}}"""u8.ToArray();

    private readonly Host _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Law16_List_ARequestOfAnyStructure_IsUnderstoodOrNamedAndStays()
    {
        var requests = new RequestStore(_host.Store, _host.Paths);
        Fuzz(Request, Read, FrontDoorErrors.RequestDamaged, Linux.LinuxErrors.FileTooLarge).AssertVaried();

        void Read(byte[] bytes)
        {
            Put(requests.PathOf("x"), bytes);
            var list = requests.ListAsync(CancellationToken.None).GetAwaiter().GetResult();
            Assert.Equal(bytes, File.ReadAllBytes(requests.PathOf("x")));
            Assert.Equal(1, list.Waiting.Count + list.Damaged.Count);
            Assert.All(list.Waiting, r => Assert.Equal(("x", true), (r.Id, Enum.IsDefined(r.Kind))));
            foreach (var damaged in list.Damaged)
                throw damaged;
        }
    }

    [Fact]
    public void Law16_TakeAnswer_OfAnyStructure_SaysThatItWasRefused()
    {
        var requests = new RequestStore(_host.Store, _host.Paths);
        var path = $"{_host.Paths.Answers}/x.json";
        Fuzz(Answer, Read, FrontDoorErrors.RequestDamaged).AssertVaried();

        void Read(byte[] bytes)
        {
            // Larger than any answer: refused by the store, and of no interest here.
            Put(path, bytes.Length > 60_000 ? bytes[..60_000] : bytes);
            var refusal = requests.TakeAnswerAsync("x", CancellationToken.None).GetAwaiter().GetResult();
            Assert.NotNull(refusal);
            Assert.False(File.Exists(path));
            if (refusal.Code == FrontDoorErrors.RequestDamaged.Id)
                throw new AgentException(FrontDoorErrors.RequestDamaged, refusal.Message, refusal.Cause, refusal.NextStep);
        }
    }

    [Fact]
    public void Law16_Read_ANoteOfAnyStructure_IsANoteOrNothing()
    {
        var file = new ProgressFile(_host.Paths.ProgressFile);
        Fuzz(Note, Read, FrontDoorErrors.RequestDamaged).AssertVaried();

        void Read(byte[] bytes)
        {
            Put(_host.Paths.ProgressFile, bytes);
            var note = file.Read() ?? throw new AgentException(FrontDoorErrors.RequestDamaged, "nothing", "", "");
            Assert.DoesNotContain("y", note.Waiting);
            Assert.DoesNotContain(null, note.Warnings);
        }
    }

    [Fact]
    public void Law16_Of_ACountOfAnyStructure_GoesOnCounting()
    {
        var generations = new MachineGeneration(_host.Store, _host.Paths, mayWrite: false);
        Fuzz("""{"sha256":"aa","generation":7}"""u8.ToArray(), Read, FrontDoorErrors.RequestDamaged).AssertVaried();

        void Read(byte[] bytes)
        {
            Put(_host.Paths.GenerationFile, bytes.Length > 4000 ? bytes[..4000] : bytes);
            if (generations.OfAsync("content"u8.ToArray(), CancellationToken.None).GetAwaiter().GetResult() == 1)
                throw new AgentException(FrontDoorErrors.RequestDamaged, "counts from the start", "", "");
        }
    }

    private static void Put(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private FuzzRun Fuzz(byte[] good, Action<byte[]> read, params IReadOnlyList<ErrorCode> codes) =>
        new FuzzRun(output, read, codes)
            .Kept(HostileJson.Of(good))
            .Seeds(Cases, seed => Encodings.Encode(new TreeMutator(seed, Words).Mutate(good).ToJson(), seed % 60));
}
