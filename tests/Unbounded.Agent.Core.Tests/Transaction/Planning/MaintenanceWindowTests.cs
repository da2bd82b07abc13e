using Unbounded.Agent.Core.Transaction.Planning;

namespace Unbounded.Agent.Core.Tests.Transaction.Planning;

public sealed class MaintenanceWindowTests
{
    [Theory]
    [InlineData("02:00-04:00", "01:59", false)]
    [InlineData("02:00-04:00", "02:00", true)]
    [InlineData("02:00-04:00", "03:59", true)]
    [InlineData("02:00-04:00", "04:00", false)]
    [InlineData("22:00-05:00", "21:59", false)]
    [InlineData("22:00-05:00", "22:00", true)]
    [InlineData("22:00-05:00", "00:00", true)]
    [InlineData("22:00-05:00", "04:59", true)]
    [InlineData("22:00-05:00", "05:00", false)]
    public void IsOpen_AtThisTime_IsAsTheWindowSays(string text, string time, bool open)
    {
        Assert.True(MaintenanceWindow.TryParse(text, out var window));

        Assert.Equal(open, window!.IsOpen(At(time)));
    }

    [Theory]
    [InlineData("02:00-04:00", "01:00", "2026-03-01T02:00")]
    [InlineData("02:00-04:00", "05:00", "2026-03-02T02:00")]
    [InlineData("22:00-05:00", "12:00", "2026-03-01T22:00")]
    [InlineData("22:00-05:00", "23:00", "2026-03-01T23:00")]
    public void NextOpening_FromThisTime_IsNowOrTheNextOne(string text, string time, string expected)
    {
        Assert.True(MaintenanceWindow.TryParse(text, out var window));

        Assert.Equal(DateTimeOffset.Parse(expected + "Z", null), window!.NextOpening(At(time)));
    }

    [Fact]
    public void IsOpen_InAnotherTimeZone_CountsInUtc()
    {
        Assert.True(MaintenanceWindow.TryParse("02:00-04:00", out var window));

        Assert.True(window!.IsOpen(new DateTimeOffset(2026, 3, 1, 5, 0, 0, TimeSpan.FromHours(2))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void TryParse_OfNothing_IsNoWindow(string? text)
    {
        Assert.True(MaintenanceWindow.TryParse(text, out var window));
        Assert.Null(window);
    }

    [Theory]
    [InlineData("2:00-4:00")]
    [InlineData("25:00-04:00")]
    [InlineData("02:00")]
    [InlineData("02:00-02:00")]
    [InlineData("noon-midnight")]
    public void TryParse_OfAnythingElse_IsRefused(string text) => Assert.False(MaintenanceWindow.TryParse(text, out _));

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-03-01T{time}Z", null);
}
