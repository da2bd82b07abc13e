using Unbounded.Agent.Partitions.Tests.Support;
using Unbounded.Agent.Partitions.Writing;

namespace Unbounded.Agent.Partitions.Tests.Writing;

/// <summary>The kernel's figure is a file that grows, or does not, whenever the clock is asked to wait.</summary>
public sealed class IoPressureTests : IDisposable
{
    private const int Piece = 64 << 20;

    private readonly TempDirectory _directory = new();
    private readonly WaitingTime _time = new();

    private string Figure => _directory.File("io");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Wait_WhileNobodyElseWaits_LooksAndGoesOn()
    {
        Stall(0);

        new IoPressure(_time, Figure).Wait(Piece, CancellationToken.None);

        Assert.Equal(1, _time.Waits);
    }

    [Fact]
    public void Wait_WhileNobodyElseWaits_LooksLessOften()
    {
        Stall(0);
        var pace = new IoPressure(_time, Figure);
        for (var i = 0; i < 32; i++)
            pace.Wait(Piece, CancellationToken.None);

        // After 64, 192, 448 and 960 MiB, and every 512 MiB from there.
        Assert.Equal(6, _time.Waits);
    }

    [Fact]
    public void Wait_WhileOthersWait_PausesUntilTheyDoNot()
    {
        var total = 0;
        _time.OnWait = n => Stall(n <= 5 ? total += 9000 : total);
        Stall(0);

        new IoPressure(_time, Figure).Wait(Piece, CancellationToken.None);

        Assert.Equal(6, _time.Waits);
    }

    [Fact]
    public void Wait_WhileOthersNeverStopWaiting_GoesOnAfterAWhile()
    {
        var total = 0;
        _time.OnWait = _ => Stall(total += 10000);
        Stall(0);

        new IoPressure(_time, Figure).Wait(Piece, CancellationToken.None);

        Assert.Equal(IoPressure.Longest, _time.Passed);
    }

    [Fact]
    public void Wait_ForALittle_DoesNotLook()
    {
        Stall(0);

        new IoPressure(_time, Figure).Wait(Piece - 1, CancellationToken.None);

        Assert.Equal(0, _time.Waits);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("full avg10=0.00 avg60=0.00 avg300=0.00 total=5\n")]
    [InlineData("some avg10=0.00 avg60=0.00 avg300=0.00 total=x\n")]
    public void Wait_WhereTheKernelDoesNotTell_DoesNotWait(string? content)
    {
        if (content is not null)
            File.WriteAllText(Figure, content);

        new IoPressure(_time, Figure).Wait(Piece, CancellationToken.None);

        Assert.Equal(0, _time.Waits);
    }

    [Fact]
    public void Wait_ThatIsStopped_Ends()
    {
        Stall(0);

        Assert.ThrowsAny<OperationCanceledException>(() => new IoPressure(_time, Figure).Wait(Piece, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Wait_WhileOwnWorkIsUnderWay_LooksWhenThatIsDone()
    {
        Stall(0);
        var pace = new IoPressure(_time, Figure);
        using var begun = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        var (done, lookedBefore) = (false, false);
        _time.OnWait = _ => lookedBefore |= !Volatile.Read(ref done);
        var work = new Thread(() => pace.Use(() =>
        {
            begun.Set();
            end.Wait();
            Volatile.Write(ref done, true);
        }));
        work.Start();
        begun.Wait();
        var wait = new Thread(() => pace.Wait(Piece, CancellationToken.None));
        wait.Start();
        Blocks(wait);

        end.Set();
        work.Join();
        wait.Join();

        Assert.Equal((1, false), (_time.Waits, lookedBefore));
    }

    [Fact]
    public void Use_WhileItIsLooked_IsDoneAfterwards()
    {
        Stall(0);
        var pace = new IoPressure(_time, Figure);
        var (done, doneMeanwhile) = (false, false);
        var work = new Thread(() => pace.Use(() => Volatile.Write(ref done, true)));
        _time.OnWait = _ =>
        {
            work.Start();
            Blocks(work);
            doneMeanwhile = Volatile.Read(ref done);
        };

        pace.Wait(Piece, CancellationToken.None);
        work.Join();

        Assert.Equal((true, false), (done, doneMeanwhile));
    }

    [Fact]
    public void Use_OfWorkThatFails_GivesItsErrorAndIsOver()
    {
        Stall(0);
        var pace = new IoPressure(_time, Figure);

        Assert.Throws<InvalidOperationException>(() => pace.Use(() => throw new InvalidOperationException()));

        pace.Wait(Piece, CancellationToken.None);
        Assert.Equal(1, _time.Waits);
    }

    [Fact]
    public void Wait_OnThisKernel_Returns() => new IoPressure(TimeProvider.System).Wait(Piece, CancellationToken.None);

    // Until a thread waits for something, or has come to its end without.
    private static void Blocks(Thread thread) =>
        SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin) || thread.ThreadState.HasFlag(ThreadState.Stopped));

    private void Stall(int microseconds) => File.WriteAllText(
        Figure, $"some avg10=0.00 avg60=0.00 avg300=0.00 total={microseconds}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");

    // Every wait is over at once, and time has passed.
    private sealed class WaitingTime : TimeProvider
    {
        public int Waits { get; private set; }

        public TimeSpan Passed { get; private set; }

        public Action<int>? OnWait { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits++;
            Passed += dueTime;
            OnWait?.Invoke(Waits);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
