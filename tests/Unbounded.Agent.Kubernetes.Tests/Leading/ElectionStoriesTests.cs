using Unbounded.Agent.Kubernetes.Tests.Support;
using Unbounded.Agent.Linux.Tests;

namespace Unbounded.Agent.Kubernetes.Tests.Leading;

/// <summary>
/// Random stories of three candidates: calls and answers delayed, lost, or arriving after they were given up; processes that stand still and wake up; a server that goes and
/// comes. Never do two of them act at once, and when the trouble ends, one leads.
/// </summary>
public sealed class ElectionStoriesTests
{
    private const int Stories = 400;
    private const int Steps = 250;
    private static readonly string[] Names = ["a", "b", "c"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_AnyStory_NeverTwoLeadAtOnceAndInTheEndOneDoes(int batch)
    {
        var terms = 0;
        var handovers = 0;
        for (var seed = batch * Stories; seed < (batch + 1) * Stories; seed++)
        {
            var (t, h) = Tell(seed);
            terms += t;
            handovers += h;
        }

        // The stories are ones in which the lead really moves.
        Assert.InRange(terms, Stories, int.MaxValue);
        Assert.InRange(handovers, Stories, int.MaxValue);
    }

    private static (int Terms, int Handovers) Tell(int seed)
    {
        var result = (0, 0);
        Pump.Run(pump =>
        {
            var random = new Random(seed);
            var (time, table) = (new ManualTime(), new LeaseTable());
            var runners = Names.Select((name, i) => new Runner(table, time, name, (seed * 3) + i)).ToList();
            pump.Drain();
            for (var step = 0; step < Steps; step++)
            {
                Happen(random, runners, time);
                pump.Drain();
                AtMostOne(runners, seed, step);
            }

            foreach (var runner in runners)
            {
                runner.Time.Resume();
                (runner.Wire.IsDown, runner.Wire.IsPerfect) = (false, true);
                while (runner.Wire.InFlight > 0)
                    runner.Wire.Drop(0);
            }

            pump.Drain();
            for (var i = 0; i < 400; i++)
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                pump.Drain();
                AtMostOne(runners, seed, Steps + i);
            }

            Assert.True(runners.Count(r => r.Acts) == 1, $"story {seed}: nobody leads in the end");
            result = (runners.Sum(r => r.Terms), table.Holders.Count - 1);
        });
        return result;
    }

    private static void Happen(Random random, List<Runner> runners, ManualTime time)
    {
        var runner = runners[random.Next(runners.Count)];
        switch (random.Next(12))
        {
            case 0:
                runner.Wire.IsPerfect = !runner.Wire.IsPerfect;
                break;
            case 1:
                runner.Wire.IsDown = random.Next(3) == 0;
                break;
            // A process that stands still gets no answers.
            case 2 or 3 when runner.Wire.InFlight > 0 && !runner.Time.IsPaused:
                runner.Wire.Deliver(random.Next(runner.Wire.InFlight));
                break;
            case 4 when runner.Wire.InFlight > 0 && !runner.Time.IsPaused:
                runner.Wire.Drop(random.Next(runner.Wire.InFlight));
                break;
            case 5:
                runner.Time.Pause();
                break;
            case 6 or 7:
                runner.Time.Resume();
                break;
            case 8:
                time.Advance(TimeSpan.FromMilliseconds(random.Next(12_000)));
                break;
            default:
                time.Advance(TimeSpan.FromMilliseconds(random.Next(1_500)));
                break;
        }
    }

    private static void AtMostOne(List<Runner> runners, int seed, int step)
    {
        var acting = runners.Where(r => r.Acts).Select(r => r.Name).ToList();
        Assert.True(acting.Count <= 1, $"story {seed}, step {step}: {string.Join(" and ", acting)} lead at once");
    }
}
