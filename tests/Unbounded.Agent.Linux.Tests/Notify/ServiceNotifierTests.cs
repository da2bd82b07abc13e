using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Unbounded.Agent.Linux.Notify;

namespace Unbounded.Agent.Linux.Tests.Notify;

public sealed class ServiceNotifierTests : IDisposable
{
    private readonly NotifySocket _socket = new(isAbstract: false);

    public void Dispose() => _socket.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ready_PathOrAbstractSocket_OneDatagramWithBoth(bool isAbstract)
    {
        using var socket = new NotifySocket(isAbstract);
        using var notifier = New(socket.Address);

        notifier.Ready("kube1 is active");

        Assert.Equal("READY=1\nSTATUS=kube1 is active", socket.Receive());
        Assert.True(socket.IsEmpty);
    }

    [Fact]
    public void Status_LineBreaksAndNul_CanNotBeginAnotherAssignment()
    {
        using var notifier = New(_socket.Address);

        notifier.Status("bad\nMAINPID=1\r\nX=\0y");

        Assert.Equal("STATUS=bad MAINPID=1 X= y", _socket.Receive());
    }

    [Fact]
    public void Status_NotAscii_IsUtf8()
    {
        using var notifier = New(_socket.Address);

        notifier.Status("läuft ✓");

        Assert.Equal("STATUS=läuft ✓", _socket.Receive());
    }

    [Fact]
    public void EachOther_Sent_AsSdNotifyWritesThem()
    {
        using var notifier = New(_socket.Address);

        notifier.KeepAlive();
        notifier.Stopping("the handover is finished first");
        notifier.ExtendTimeout(TimeSpan.FromSeconds(90.5));
        notifier.ExtendTimeout(TimeSpan.FromSeconds(-1));

        Assert.Equal("WATCHDOG=1", _socket.Receive());
        Assert.Equal("STOPPING=1\nSTATUS=the handover is finished first", _socket.Receive());
        Assert.Equal("EXTEND_TIMEOUT_USEC=90500000", _socket.Receive());
        Assert.Equal("EXTEND_TIMEOUT_USEC=0", _socket.Receive());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Anything_NoServiceManager_DoesNothing(string? address)
    {
        var log = new CountingLogger();
        using var notifier = new ServiceNotifier(address, null, log);

        notifier.Ready("x");
        notifier.KeepAlive();

        Assert.Equal(0, log.Warnings);
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("vsock:2:1234")]
    [InlineData("/a/path/that/is/longer/than/the/hundred/and/eight/bytes/of/a/unix/address/and/can/therefore/never/be/bound/by/anyone")]
    public void Constructor_UnusableAddress_IsLoggedOnceAndNothingIsThrown(string address)
    {
        var log = new CountingLogger();
        using var notifier = new ServiceNotifier(address, null, log);

        notifier.Ready("x");

        Assert.Equal(1, log.Warnings);
    }

    [Fact]
    public void KeepAlive_ManagerIsGone_IsLoggedAndNotThrown()
    {
        var log = new CountingLogger();
        using var notifier = new ServiceNotifier(_socket.Address, null, log);
        _socket.Dispose();

        notifier.KeepAlive();

        Assert.Equal(1, log.Warnings);
    }

    [Fact]
    public void KeepAlive_AfterDispose_IsLoggedAndNotThrown()
    {
        var log = new CountingLogger();
        var notifier = new ServiceNotifier(_socket.Address, null, log);
        notifier.Dispose();

        notifier.KeepAlive();

        Assert.Equal(1, log.Warnings);
    }

    private static ServiceNotifier New(string address) => new(address, null, NullLogger<ServiceNotifier>.Instance);

    private sealed class CountingLogger : ILogger<ServiceNotifier>
    {
        public int Warnings { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Warnings++;
    }
}
