using Unbounded.Agent.Linux.Tests.DBus.Contract;
using Unbounded.Agent.Linux.Tests.DBus.Server;

namespace Unbounded.Agent.Linux.Tests.DBus.StandIn;

/// <summary>
/// The part of systemd that its clients see: units, jobs, and what is announced. It survives the connections of
/// <see cref="SystemdStandIn"/> as systemd's state survives its re-execution.
/// </summary>
internal sealed class ManagerModel
{
    private readonly Dictionary<string, UnitModel> _units = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, JobModel> _jobs = [];
    private uint _lastJob = 100;

    /// <summary>Told of each announcement.</summary>
    public Action<Announcement>? Announced { get; set; }

    public IEnumerable<UnitModel> Units => _units.Values;

    public string SystemState => _units.Values.Any(u => u.ActiveState == "failed") ? "degraded" : "running";

    public void Define(string name, UnitScript script) => _units[name] = new UnitModel(name, script);

    public UnitModel? Find(string unit) => _units.GetValueOrDefault(unit);

    public JobModel? FindJob(uint id) => _jobs.GetValueOrDefault(id);

    public UnitModel Get(string unit) =>
        Find(unit) ?? throw new ServerException("org.freedesktop.systemd1.NoSuchUnit", $"Unit {unit} not found.");

    /// <summary>Queues a job and begins it.</summary>
    public JobModel Queue(string name, string type, string mode)
    {
        var unit = Get(name);
        if (unit.Job is { } queued)
        {
            if (queued.Type == type)
                return queued;
            if (mode == "fail")
                throw new ServerException("org.freedesktop.systemd1.TransactionIsDestructive", "There is a conflicting job.");
            End(queued, "canceled");
        }

        var job = new JobModel(++_lastJob, unit, type);
        _jobs.Add(job.Id, job);
        unit.Job = job;
        if (type != "stop" && !(type == "start" && unit.ActiveState == "active"))
        {
            unit.BeginStart();
            Announce(new Announcement.UnitChanged(unit.Name));
        }

        return job;
    }

    /// <summary>Carries a job out, unless its unit waits to be released.</summary>
    public void Advance(JobModel job)
    {
        if (!_jobs.ContainsKey(job.Id))
            return;
        if (job.Type == "stop")
        {
            job.Unit.Stop();
            End(job, "done");
        }
        else if (job.Unit.ActiveState == "active")
        {
            End(job, "done");
        }
        else if (job.Unit.Script != UnitScript.WaitsForRelease || job.Unit.Released)
        {
            End(job, job.Unit.EndStart());
        }
    }

    public void Release(string name)
    {
        var unit = Get(name);
        unit.Released = true;
        if (unit.Job is { } job)
            Advance(job);
    }

    public void Cancel(string name) => End(Get(name).Job!, "canceled");

    /// <summary>The unit's main process dies.</summary>
    public void Crash(string name)
    {
        Get(name).Fail();
        Announce(new Announcement.UnitChanged(name));
        Announce(new Announcement.SystemChanged());
    }

    public void Forgive(string name)
    {
        Get(name).Forgive();
        Announce(new Announcement.UnitChanged(name));
        Announce(new Announcement.SystemChanged());
    }

    private void End(JobModel job, string result)
    {
        _jobs.Remove(job.Id);
        job.Unit.Job = null;
        Announce(new Announcement.UnitChanged(job.Unit.Name));
        Announce(new Announcement.SystemChanged());
        Announce(new Announcement.JobRemoved(job, result));
    }

    private void Announce(Announcement announcement) => Announced?.Invoke(announcement);
}
