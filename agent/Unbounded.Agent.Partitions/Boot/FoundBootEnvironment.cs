namespace Unbounded.Agent.Partitions.Boot;

/// <summary>The boot environment of this host, looked for when it is first used.</summary>
/// <param name="find">Looks for it.</param>
internal sealed class FoundBootEnvironment(Func<IBootEnvironment> find) : IBootEnvironment
{
    private IBootEnvironment? _found;

    /// <inheritdoc/>
    public string Kind => Found.Kind;

    private IBootEnvironment Found => _found ??= find();

    /// <inheritdoc/>
    public async Task<BootState> ReadAsync(CancellationToken cancellationToken) => await Found.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task WriteAsync(BootState state) => await Found.WriteAsync(state);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ObstaclesAsync(CancellationToken cancellationToken) => await Found.ObstaclesAsync(cancellationToken);
}
