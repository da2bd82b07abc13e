using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Unbounded.Agent.Core.Errors;

namespace Unbounded.Agent.Core.Configuration.Syntax;

/// <summary>Syntax of versions, addresses, references and windows. A check returns what is wrong, null when nothing is.</summary>
public static class ValueSyntax
{
    /// <summary>Schemes of image references.</summary>
    public static IReadOnlyList<string> ImageSchemes { get; } = ["file", "dir", "oci-layout"];

    /// <summary>A version without its leading <c>v</c>.</summary>
    public static string WithoutV(string version) =>
        version.Length > 1 && version[0] == 'v' && char.IsAsciiDigit(version[1]) ? version[1..] : version;

    /// <summary>A semantic version of two or three numbers with or without a leading <c>v</c>, <c>1.33.1</c>, <c>v1.34.0-rc.1</c>.</summary>
    public static string? Version(string version) => version.Length <= 64 && IsVersion(version)
        ? null
        : $"'{Redaction.Shown(version)}' is not a version such as 1.33.1";

    /// <summary>One IP address in its plain form, without zone, brackets or prefix length.</summary>
    public static string? Address(string address) => TryAddress(address, out _)
        ? null
        : $"'{Redaction.Shown(address)}' is not an IP address";

    /// <summary>An address of the node: one, or an IPv4 and an IPv6 one with a comma between. Not a loopback or multicast one.</summary>
    public static string? NodeAddress(string addresses)
    {
        var parts = addresses.Split(',', 3);
        var families = new HashSet<AddressFamily>();
        foreach (var part in parts)
        {
            if (!TryAddress(part, out var address))
                return $"'{Redaction.Shown(part)}' is not an IP address";
            if (IPAddress.IsLoopback(address) || IsMulticast(address))
                return $"'{Redaction.Shown(part)}' can't be a node's address: it is a loopback or multicast one";
            if (!families.Add(address.AddressFamily))
                return "two addresses must be one IPv4 and one IPv6 address";
        }

        return null;
    }

    /// <summary>An image reference: one of <see cref="ImageSchemes"/>, <c>://</c>, an absolute path.</summary>
    public static string? Image(string reference)
    {
        var end = reference.IndexOf("://", StringComparison.Ordinal);
        var schemes = string.Join(", ", ImageSchemes.Select(s => s + "://"));
        if (end <= 0)
            return $"'{Redaction.Shown(reference)}' has no scheme; known are {schemes}";
        if (!ImageSchemes.Contains(reference[..end], StringComparer.Ordinal))
            return $"'{Redaction.Shown(reference)}' has an unknown scheme; known are {schemes}";
        if (reference.Length > 4096 || reference.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return $"'{Redaction.Shown(reference)}' has a blank or control character or is too long";
        return end + 4 < reference.Length && reference[end + 3] == '/' ? null : $"'{Redaction.Shown(reference)}' needs an absolute path after ://";
    }

    /// <summary>An absolute http or https URL without user information.</summary>
    public static string? WebAddress(string url, bool onlyHttps = false)
    {
        if (url.Length > 2048 || url.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return $"'{Redaction.Shown(url)}' is not a URL";
        if (uri.Scheme is not "https" && (onlyHttps || uri.Scheme is not "http"))
            return $"'{Redaction.Shown(url)}' must begin with https://{(onlyHttps ? "" : " or http://")}";
        if (uri.Host.Length == 0)
            return $"'{Redaction.Shown(url)}' has no host";
        return uri.UserInfo.Length == 0 ? null : $"'{Redaction.Shown(url)}' must not carry a user name or password";
    }

    /// <summary>A bootstrap token, <c>[a-z0-9]{6}.[a-z0-9]{16}</c>. The answer never shows it.</summary>
    public static string? BootstrapToken(string token) =>
        token is { Length: 23 } && token[6] == '.' && IsOfTokenCharacters(token.Remove(6, 1)) ? null : "is not a bootstrap token: 6 characters, '.', 16 characters, of a-z and 0-9";

    /// <summary>A maintenance window, <c>HH:MM-HH:MM</c> in UTC, its ends different.</summary>
    public static string? Window(string window) =>
        window is { Length: 11 } && window[5] == '-' && IsTime(window[..5]) && IsTime(window[6..]) && !string.Equals(window[..5], window[6..], StringComparison.Ordinal)
            ? null
            : $"'{Redaction.Shown(window)}' is not a window HH:MM-HH:MM with two different times";

    private static bool TryAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        // What else the framework takes (one number, octal, a zone, brackets) means other things elsewhere.
        var plain = text.Contains(':', StringComparison.Ordinal)
            ? text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            : IsDotted(text);
        return plain && text.Length <= 45 && IPAddress.TryParse(text, out address!);
    }

    private static bool IsMulticast(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? address.IsIPv6Multicast : (address.GetAddressBytes()[0] & 0xf0) == 0xe0;

    private static bool IsVersion(string version)
    {
        var text = version.StartsWith('v') ? version[1..] : version;
        var suffix = text.IndexOfAny(['-', '+']);
        var numbers = (suffix < 0 ? text : text[..suffix]).Split('.');
        return numbers.Length is 2 or 3
            && numbers.All(n => IsNumber(n, 6))
            && (suffix < 0 || (suffix + 1 < text.Length && text[(suffix + 1)..].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '+')));
    }

    private static bool IsDotted(string text) => text.Split('.') is { Length: 4 } parts && parts.All(p => IsNumber(p, 3));

    private static bool IsNumber(string text, int digits) =>
        text.Length > 0 && text.Length <= digits && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0');

    private static bool IsTime(string text) =>
        text.Length == 5 && text[2] == ':' && TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsOfTokenCharacters(string text) => text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));
}
