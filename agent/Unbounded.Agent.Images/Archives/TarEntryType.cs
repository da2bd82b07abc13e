namespace Unbounded.Agent.Images.Archives;

/// <summary>What an entry of an archive is.</summary>
internal enum TarEntryType
{
    /// <summary>A file with data.</summary>
    RegularFile,

    /// <summary>Another name of an entry before it.</summary>
    HardLink,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A named pipe.</summary>
    Fifo,
}
