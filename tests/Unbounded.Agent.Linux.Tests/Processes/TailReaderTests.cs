using System.IO.Pipes;
using System.Text;
using Unbounded.Agent.Linux.Processes;

namespace Unbounded.Agent.Linux.Tests.Processes;

public sealed class TailReaderTests : IDisposable
{
    private readonly AnonymousPipeServerStream _writer = new(PipeDirection.Out);
    private readonly AnonymousPipeClientStream _reader;

    public TailReaderTests() => _reader = new AnonymousPipeClientStream(PipeDirection.In, _writer.ClientSafePipeHandle);

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public async Task ReadAsync_MoreThanTheLimit_KeepsTheEnd()
    {
        _writer.Write("0123456789"u8);
        _writer.Dispose();

        Assert.Equal(("789", true), await TailReader.ReadAsync(_reader, 3, CancellationToken.None));
    }

    // A busy machine gets to what a program has written only when its time is over.
    [Fact]
    public async Task ReadAsync_CancelledBeforeItCouldRead_HasWhatIsInThePipe()
    {
        var text = new string('x', 10_000) + "end";
        _writer.Write(Encoding.UTF8.GetBytes(text));

        Assert.Equal((text, false), await TailReader.ReadAsync(_reader, 100_000, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task ReadAsync_CancelledWhileItWaits_HasWhatWasRead()
    {
        using var stop = new CancellationTokenSource();
        _writer.Write("said"u8);
        var reading = TailReader.ReadAsync(_reader, 100, stop.Token);

        await stop.CancelAsync();

        Assert.Equal(("said", false), await reading);
    }

    [Fact]
    public async Task ReadAsync_CancelledAtTheEnd_Ends()
    {
        _writer.Dispose();

        Assert.Equal(("", false), await TailReader.ReadAsync(_reader, 100, new CancellationToken(canceled: true)));
    }
}
