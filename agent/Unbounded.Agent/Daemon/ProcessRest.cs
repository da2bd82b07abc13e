using System.Runtime.CompilerServices;
using Unbounded.Agent.Linux.Memory;

namespace Unbounded.Agent.Daemon;

/// <summary>
/// Rests this process: gives memory back, and holds the runtime's finalizer thread, which on Linux otherwise wakes up every ten seconds to look for a
/// request to dump the heap (WaitForFinalizerEvent in CoreCLR's finalizerthread.cpp). What has a finalizer waits for the end of the rest; while resting nothing
/// is made that has one.
/// </summary>
internal sealed class ProcessRest : IRest
{
    private readonly Gate _gate = new();

    public void Enter()
    {
        if (_gate.Close())
            LeaveBehind(_gate);
        ProcessMemory.Release();
    }

    // The runtime waits for the finalizer thread when the process ends.
    public void Leave() => _gate.Open();

    // In a frame of its own: no register may keep the object from being garbage at the next collection.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveBehind(Gate gate) => _ = new Sleeper(gate);

    private sealed class Sleeper(Gate gate)
    {
#pragma warning disable MA0055 // the finalizer is the point: it runs on the thread that is to be held
        ~Sleeper() => gate.Pass();
#pragma warning restore MA0055
    }

    private sealed class Gate
    {
        // A Lock has no waiting.
        private readonly object _monitor = new();
        private bool _closed;

        /// <summary>Closes it; false when it was closed already.</summary>
        public bool Close()
        {
            lock (_monitor)
                return !_closed && (_closed = true);
        }

        public void Open()
        {
            lock (_monitor)
            {
                _closed = false;
                Monitor.PulseAll(_monitor);
            }
        }

        public void Pass()
        {
            lock (_monitor)
            {
                while (_closed)
                    Monitor.Wait(_monitor);
            }
        }
    }
}
