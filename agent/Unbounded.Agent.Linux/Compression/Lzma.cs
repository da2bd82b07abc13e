using System.Runtime.InteropServices;

namespace Unbounded.Agent.Linux.Compression;

/// <summary>liblzma's decoder, lzma/base.h and lzma/container.h.</summary>
internal static unsafe partial class Lzma
{
    internal const string Library = "liblzma.so.5";
    internal const uint Concatenated = 0x08;
    internal const uint TellUnsupportedCheck = 0x02;
    internal const int Run = 0;
    internal const int Finish = 3;

    [LibraryImport(Library, EntryPoint = "lzma_stream_decoder")]
    internal static partial Result StreamDecoder(State* stream, ulong memoryLimit, uint flags);

    [LibraryImport(Library, EntryPoint = "lzma_code")]
    internal static partial Result Code(State* stream, int action);

    [LibraryImport(Library, EntryPoint = "lzma_end")]
    internal static partial void End(State* stream);

    /// <summary>lzma_ret.</summary>
    internal enum Result
    {
        Ok = 0,
        StreamEnd = 1,
        UnsupportedCheck = 3,
        MemoryError = 5,
        MemoryLimit = 6,
        FormatError = 7,
        OptionsError = 8,
        DataError = 9,
        BufferError = 10,
    }

    /// <summary>lzma_stream.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct State
    {
        public byte* NextIn;
        public nuint AvailableIn;
        public ulong TotalIn;
        public byte* NextOut;
        public nuint AvailableOut;
        public ulong TotalOut;
        public nint Allocator;
        public nint Internal;
        public fixed ulong Reserved[8];
        public fixed int ReservedEnums[2];
    }
}
