using System.Text.Json.Serialization;

namespace Unbounded.Agent.Images.Store;

/// <summary>The store's own documents, without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(ImageMark))]
[JsonSerializable(typeof(KnownSource))]
internal sealed partial class StoreJson : JsonSerializerContext;
