namespace Unbounded.Agent.Linux.Watching;

/// <summary>One event of inotify(7).</summary>
/// <param name="Watch">The watch it belongs to, -1 for an overflow.</param>
/// <param name="Name">The file in the watched directory, empty when the directory itself is meant.</param>
/// <param name="Created">The file appeared, by open(2), which is followed by its closing, or as a link, which is not.</param>
/// <param name="Overflowed">Events were lost: anything may have changed.</param>
/// <param name="Gone">The watched directory was removed or moved away.</param>
internal sealed record INotifyEvent(int Watch, string Name, bool Created, bool Overflowed, bool Gone);
