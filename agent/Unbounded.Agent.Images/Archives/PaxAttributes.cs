using System.Text;

namespace Unbounded.Agent.Images.Archives;

/// <summary>What extended headers say of an entry: records of its own over those of the whole archive.</summary>
internal sealed class PaxAttributes
{
    /// <summary>Most bytes that records of the whole archive may keep.</summary>
    private const int MostGlobalBytes = 1 << 20;

    private const string AttributePrefix = "SCHILY.xattr.";

    // Keywords are compared as bytes, each byte one character.
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _global = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _local = new(StringComparer.Ordinal);
    private readonly List<(bool IsOffset, ReadOnlyMemory<byte> Value)> _sparsePairs = [];

    /// <summary>GNU's sparse form 0.0 repeats these two keywords: the only ones whose order counts.</summary>
    internal IReadOnlyList<(bool IsOffset, ReadOnlyMemory<byte> Value)> SparsePairs => _sparsePairs;

    internal bool HasLocal => _local.Count > 0;

    internal void AddLocal(IEnumerable<PaxRecord> records)
    {
        foreach (var record in records)
        {
            var key = Encoding.Latin1.GetString(record.Key.Span);
            if (key is "GNU.sparse.offset" or "GNU.sparse.numbytes")
                _sparsePairs.Add((string.Equals(key, "GNU.sparse.offset", StringComparison.Ordinal), record.Value));
            else
                _local[key] = record.Value;
        }
    }

    /// <summary>Adds records of the whole archive; false when they are too many.</summary>
    internal bool AddGlobal(IEnumerable<PaxRecord> records)
    {
        foreach (var record in records)
            _global[Encoding.Latin1.GetString(record.Key.Span)] = record.Value.ToArray();
        return _global.Sum(static g => (long)g.Key.Length + g.Value.Length) <= MostGlobalBytes;
    }

    internal void ClearLocal()
    {
        _local.Clear();
        _sparsePairs.Clear();
    }

    /// <summary>A value; null when neither header has one, or the entry's own takes the archive's back.</summary>
    internal ReadOnlyMemory<byte>? this[string key] =>
        (_local.TryGetValue(key, out var value) || _global.TryGetValue(key, out value)) && !value.IsEmpty
            // Cast: a plain null would become an empty memory.
            ? value
            : (ReadOnlyMemory<byte>?)null;

    /// <summary>The extended attributes of a file. Their values may be empty.</summary>
    internal IReadOnlyList<KeyValuePair<byte[], byte[]>> GetExtendedAttributes()
    {
        if (_local.Count == 0 && _global.Count == 0)
            return [];
        List<KeyValuePair<byte[], byte[]>>? attributes = null;
        foreach (var (key, value) in _local)
            Add(ref attributes, key, value);
        foreach (var (key, value) in _global)
        {
            if (!_local.ContainsKey(key))
                Add(ref attributes, key, value);
        }

        return attributes ?? (IReadOnlyList<KeyValuePair<byte[], byte[]>>)[];
    }

    private static void Add(ref List<KeyValuePair<byte[], byte[]>>? attributes, string key, ReadOnlyMemory<byte> value)
    {
        if (!key.StartsWith(AttributePrefix, StringComparison.Ordinal))
            return;
        // GNU tar's own escapes for what would end a keyword.
        var name = key[AttributePrefix.Length..].Replace("%3D", "=", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
        (attributes ??= []).Add(new(Encoding.Latin1.GetBytes(name), value.ToArray()));
    }
}
