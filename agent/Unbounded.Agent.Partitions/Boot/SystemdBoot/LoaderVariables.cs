using System.Text;
using Unbounded.Agent.Linux.Files;

namespace Unbounded.Agent.Partitions.Boot.SystemdBoot;

/// <summary>The EFI variables of the Boot Loader Interface, in efivarfs: four bytes of attributes, then UTF-16.</summary>
/// <param name="directory">Where efivarfs is: <c>/sys/firmware/efi/efivars</c>.</param>
internal sealed class LoaderVariables(string directory)
{
    private const string Vendor = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
    private const int AttributeBytes = 4;
    private const int LimitBytes = 64 * 1024;

    /// <summary>Whether systemd-boot booted this host.</summary>
    public bool IsSystemdBoot => Value("LoaderInfo")?.StartsWith("systemd-boot", StringComparison.Ordinal) == true;

    /// <summary>The entry that is booted instead of what <c>loader.conf</c> says; null for none.</summary>
    public string? Default => Value("LoaderEntryDefault");

    /// <summary>The entry that is booted once; null for none.</summary>
    public string? OneShot => Value("LoaderEntryOneShot");

    private string? Value(string name)
    {
        var bytes = BoundedFile.TryRead($"{directory}/{name}-{Vendor}", LimitBytes);
        var text = bytes?.Length > AttributeBytes ? Encoding.Unicode.GetString(bytes.AsSpan(AttributeBytes)).TrimEnd('\0') : "";
        return text.Length == 0 ? null : text;
    }
}
