using System.Text.Json.Serialization;

namespace Unbounded.Agent.Images.Oci;

/// <summary>Reading of the documents, without reflection.</summary>
[JsonSerializable(typeof(OciIndex))]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciConfig))]
[JsonSerializable(typeof(OciLayoutFile))]
internal sealed partial class OciJson : JsonSerializerContext;
