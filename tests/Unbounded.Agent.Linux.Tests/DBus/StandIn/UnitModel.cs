using System.Security.Cryptography;
using Unbounded.Agent.Linux.Tests.DBus.Contract;

namespace Unbounded.Agent.Linux.Tests.DBus.StandIn;

/// <summary>A unit of the stand-in.</summary>
internal sealed class UnitModel(string name, UnitScript script)
{
    public string Name { get; } = name;

    public UnitScript Script { get; } = script;

    public string ActiveState { get; private set; } = "inactive";

    public string SubState { get; private set; } = "dead";

    public string Result { get; private set; } = "success";

    public string FileState { get; set; } = "disabled";

    public byte[] InvocationId { get; private set; } = [];

    public uint MainPid { get; private set; }

    public JobModel? Job { get; set; }

    public bool Released { get; set; }

    public void BeginStart()
    {
        InvocationId = RandomNumberGenerator.GetBytes(16);
        Set("activating", "start", "success");
    }

    /// <summary>The unit's start ends by itself, or was let go; the job's result.</summary>
    public string EndStart()
    {
        switch (Script)
        {
            case UnitScript.Fails:
                Set("failed", "failed", "exit-code");
                return "failed";
            case UnitScript.EndsWell:
                Set("inactive", "dead", "success");
                return "done";
            case UnitScript.WaitsForRelease:
                Set("active", "exited", "success");
                return "done";
            default:
                MainPid = 4321;
                Set("active", "running", "success");
                return "done";
        }
    }

    public void Stop() => Set("inactive", "dead", "success");

    public void Fail() => Set("failed", "failed", "signal");

    public void Forgive()
    {
        if (ActiveState == "failed")
            Set("inactive", "dead", "success");
    }

    private void Set(string active, string sub, string result)
    {
        (ActiveState, SubState, Result) = (active, sub, result);
        if (active is not "active")
            MainPid = 0;
    }
}
